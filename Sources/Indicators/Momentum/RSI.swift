/// Relative strength index, 0...100: `100·G / (G + L)`.
///
/// G and L are Wilder's averages of the rises and of the falls of the close (Wilder 1978). The
/// first value comes with input `period` (0-based), after `period` changes, as in TA-Lib. Where
/// nothing has ever moved TA-Lib gives 0, and so does `update`; use `shareOfGains` where a flat
/// market must not look like a fall.
public struct RSI: Sendable {
  public let period: Int
  private var gains: EMA
  private var losses: EMA
  private var previous: Double?
  private var averageGain = 0.0
  private var averageLoss = 0.0
  private var isWarm = false

  public init(period: Int) {
    self.period = period
    gains = .wilder(period: period)
    losses = .wilder(period: period)
  }

  /// Takes in the next close. Returns the index, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Double? {
    defer { previous = close }
    guard let previous else { return nil }
    let change = close - previous
    let gain = gains.update(max(change, 0))
    let loss = losses.update(max(-change, 0))
    guard let gain, let loss else { return nil }
    (averageGain, averageLoss, isWarm) = (gain, loss, true)
    let sum = gain + loss
    return sum > 0 ? 100 * (gain / sum) : 0
  }

  /// `G / (G + L)` in 0...1, at whatever scale the price is; nil in the warm-up.
  ///
  /// It is 0.5 in a market that has stood still so long that `G + L` is below 1e-12 of the price.
  public var shareOfGains: Double? {
    guard isWarm, let previous else { return nil }
    let sum = averageGain + averageLoss
    return sum <= 1e-12 * previous.magnitude ? 0.5 : averageGain / sum
  }

  /// The index of a whole column of closes; NaN in the warm-up.
  public static func column(_ closes: [Double], period: Int) -> [Double] {
    var index = RSI(period: period)
    return Indicators.column(closes.count) { index.update(closes[$0]) }
  }
}
