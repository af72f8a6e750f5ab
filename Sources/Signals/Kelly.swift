/// Growth-optimal size of a bet (Kelly 1956; Thorp 2006, "The Kelly criterion in blackjack, sports
/// betting and the stock market", section 7).
public enum Kelly {
  /// The share of the capital that grows it fastest, `mean / variance`, signed and unbounded.
  ///
  /// The mean is the expected return over cash in the period of the variance. A forecast of the log
  /// return is taken as it is: half the variance, which would make it an arithmetic mean, would ask for
  /// half the capital without any forecast at all.
  /// - Returns: 0 where the variance is not above 0.
  public static func share(mean: Double, variance: Double) -> Double {
    variance > 0 ? mean / variance : 0
  }
}
