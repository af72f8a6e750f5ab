import Market

/// Chaikin oscillator: a fast less a slow exponential average of the accumulation / distribution
/// line, in the unit of the volume.
///
/// TA-Lib's ADOSC. Both averages, `y ← y + 2/(period + 1)·(x - y)`, start from the first bar's line
/// and not from a mean. Nil for the first `slow - 1` bars.
public struct ChaikinOscillator: Sendable {
  private var line = AccumulationDistribution()
  private let fastWeight: Double
  private let slowWeight: Double
  private var averages: (fast: Double, slow: Double)?
  private var skip: Int

  /// - Precondition: `1 <= fast < slow`.
  public init(fast: Int = 3, slow: Int = 10) {
    precondition(fast >= 1 && fast < slow, "the fast average has the shorter period")
    fastWeight = 2 / Double(fast + 1)
    slowWeight = 2 / Double(slow + 1)
    skip = slow - 1
  }

  /// Takes in the next bar. Returns the oscillator, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
  }

  /// - Precondition: the volume is finite and not negative.
  public mutating func update(
    high: Double, low: Double, close: Double, volume: Double
  ) -> Double? {
    let now = line.update(high: high, low: low, close: close, volume: volume)
    var (fast, slow) = averages ?? (now, now)
    fast += fastWeight * (now - fast)
    slow += slowWeight * (now - slow)
    averages = (fast, slow)
    guard skip == 0 else {
      skip -= 1
      return nil
    }
    return fast - slow
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double], fast: Int = 3,
    slow: Int = 10
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count)
    var oscillator = ChaikinOscillator(fast: fast, slow: slow)
    return Indicators.column(closes.count) {
      oscillator.update(high: highs[$0], low: lows[$0], close: closes[$0], volume: volumes[$0])
    }
  }
}
