import Kernels

/// Exponentially weighted volatility of one bar: the root of the weighted mean squared log return.
///
/// `variance_t = sum_k decay^k r_{t-k}^2 / sum_k decay^k` over all returns so far. Once the weights
/// of the start have faded this is RiskMetrics' `decay·variance + (1 - decay)·r^2` (J.P. Morgan
/// 1996; decay .94); before, it is an unbiased mean that needs no seed. The newest return is
/// included, so `|r_t|` is at most `1 / sqrt(1 - decay)` sigmas (4.1 for .94).
///
/// Nil for the first `warmUp - 1` returns, which is `warmUp` bars. Not annualised. 0 where the
/// price never moved.
public struct EWMAVolatility: Sendable {
  public let decay: Double
  public let warmUp: Int
  private var weightedSquares = 0.0
  private var weights = 0.0
  private var seen = 0

  /// - Precondition: `0 < decay < 1`.
  public init(decay: Double = 0.94, warmUp: Int = 20) {
    precondition(decay > 0 && decay < 1, "the decay lies between 0 and 1")
    precondition(warmUp >= 1, "a volatility needs at least one return")
    self.decay = decay
    self.warmUp = warmUp
  }

  /// A weight halves every `halfLife` bars: `decay = 2^(-1 / halfLife)`.
  public init(halfLife: Double, warmUp: Int = 20) {
    self.init(decay: Elementary.exp(-0.693147180559945309417 / halfLife), warmUp: warmUp)
  }

  /// Takes in the next log return. Returns the volatility of one bar, or nil in the warm-up.
  public mutating func update(_ logReturn: Double) -> Double? {
    weightedSquares = decay * weightedSquares + logReturn * logReturn
    weights = decay * weights + 1
    if seen < warmUp { seen += 1 }
    return seen == warmUp ? (weightedSquares / weights).squareRoot() : nil
  }

  /// The volatilities of a whole column of closes; NaN in the warm-up.
  public static func column(
    closes: [Double], decay: Double = 0.94, warmUp: Int = 20
  ) -> [Double] {
    var logReturn = LogReturn()
    var volatility = EWMAVolatility(decay: decay, warmUp: warmUp)
    return Indicators.column(closes.count) { index in
      logReturn.update(closes[index]).flatMap { volatility.update($0) }
    }
  }
}
