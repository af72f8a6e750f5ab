import Kernels

/// Exponentially weighted variance of returns, `s' = d s + (1 - d) r^2`
/// (RiskMetrics 1996; the mean is taken as 0).
///
/// `s'` is the variance expected of the next return, known once `r` is. It starts as the mean
/// square of the first `warmup` returns, so nothing is said before them.
public struct EWMAVariance: Sendable, Equatable {
  /// Decays that a fit chooses from: half-lives of 7, 11, 23 and 46 bars.
  public static let candidates: [Double] = [0.90, 0.94, 0.97, 0.985]

  /// Weight of the past, within 0..<1.
  public let decay: Double
  /// Returns that make the first value.
  public let warmup: Int
  /// Variance expected of the next return, in squared units of the returns; nil until `warmup`
  /// returns have come. It is 0 while all returns were 0.
  public private(set) var next: Double?
  private var seen = 0
  private var sumOfSquares = 0.0

  public init(decay: Double, warmup: Int = 20) {
    precondition(decay >= 0 && decay < 1, "a decay is within 0..<1")
    precondition(warmup >= 1, "at least one return makes the first value")
    self.decay = decay
    self.warmup = warmup
  }

  /// Takes in the return of the bar that has closed; gives the variance expected of the next one.
  ///
  /// - Parameter missing: slots without a bar since the previous close. The return spans them too,
  ///   so its square is shared out among `missing + 1` slots.
  @discardableResult
  public mutating func update(_ r: Double, missing: Int = 0) -> Double? {
    precondition(r.isFinite, "a return is finite")
    precondition(missing >= 0, "a number of missing slots is 0 or more")
    let square = r * r / Double(missing + 1)
    if let past = next {
      next = decay * past + (1 - decay) * square
    } else {
      seen += 1
      sumOfSquares += square
      if seen == warmup { next = sumOfSquares / Double(warmup) }
    }
    return next
  }

  /// Returns the mean of `r^2 / s + log s` over the returns that had a forecast `s` before them
  /// (QLIKE; Patton 2011, "Volatility forecast comparison using imperfect volatility proxies").
  ///
  /// Returns whose forecast was 0 are left out: they are the same for every decay. Nil if none is
  /// left.
  public static func qlike(of returns: [Double], decay: Double, warmup: Int = 20) -> Double? {
    var filter = EWMAVariance(decay: decay, warmup: warmup)
    var sum = 0.0
    var count = 0
    for r in returns {
      if let forecast = filter.next, forecast > 0 {
        sum += r * r / forecast + Elementary.log(forecast)
        count += 1
      }
      filter.update(r)
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// Returns the candidate with the least QLIKE over the training window's returns; of equals the
  /// first. Nil if there are too few returns to tell, or all are 0.
  public static func decay(
    fittedTo returns: [Double], candidates: [Double] = candidates, warmup: Int = 20
  ) -> Double? {
    var best: (decay: Double, loss: Double)?
    for decay in candidates {
      guard let loss = qlike(of: returns, decay: decay, warmup: warmup) else { return nil }
      if best.map({ loss < $0.loss }) ?? true { best = (decay, loss) }
    }
    return best?.decay
  }
}
