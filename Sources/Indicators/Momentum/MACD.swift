/// Moving average convergence / divergence, in the unit of the price.
///
/// `line = EMA(fast) - EMA(slow)`, `signal = EMA of the line`, `histogram = line - signal`
/// (Appel 1979). As in TA-Lib both averages have their first value at input `slow - 1`: the fast
/// one is seeded with the `fast` inputs up to there, not with the very first ones. All three values
/// come together, from input `slow + signal - 2` on.
public struct MACD: Sendable {
  public struct Value: Sendable, Equatable {
    public var line: Double
    public var signal: Double
    public var histogram: Double
  }

  private var fast: EMA
  private var slow: EMA
  private var signal: EMA
  /// The inputs that the fast average still has to let pass, so that both are seeded together.
  private var skip: Int

  /// - Precondition: `fast < slow`.
  public init(fast: Int = 12, slow: Int = 26, signal: Int = 9) {
    precondition(fast < slow, "the fast average has the shorter period")
    self.fast = EMA(period: fast)
    self.slow = EMA(period: slow)
    self.signal = EMA(period: signal)
    skip = slow - fast
  }

  /// Takes in the next close. Returns the three values, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Value? {
    let slowValue = slow.update(close)
    guard skip == 0 else {
      skip -= 1
      return nil
    }
    let fastValue = fast.update(close)
    guard let fastValue, let slowValue else { return nil }
    let line = fastValue - slowValue
    guard let signalValue = signal.update(line) else { return nil }
    return Value(line: line, signal: signalValue, histogram: line - signalValue)
  }

  /// The three columns for a whole column of closes; NaN in the warm-up.
  public static func columns(
    _ closes: [Double], fast: Int = 12, slow: Int = 26, signal: Int = 9
  ) -> (line: [Double], signal: [Double], histogram: [Double]) {
    var indicator = MACD(fast: fast, slow: slow, signal: signal)
    var lines = Array(repeating: Double.nan, count: closes.count)
    var signals = lines
    var histograms = lines
    for (index, close) in closes.enumerated() {
      guard let value = indicator.update(close) else { continue }
      lines[index] = value.line
      signals[index] = value.signal
      histograms[index] = value.histogram
    }
    return (lines, signals, histograms)
  }
}
