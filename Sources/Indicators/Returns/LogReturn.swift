import Kernels

/// Log return over a number of bars, `ln(close_t) - ln(close_{t-bars})`.
///
/// Nil for the first `bars` closes. Equal closes give exactly 0. The logarithm is `Elementary.log`,
/// so the bits are the same on every machine.
public struct LogReturn: Sendable {
  public let bars: Int
  /// The last `bars` log prices; the oldest stands at `position`.
  private var logPrices: [Double]
  private var position = 0
  private var isWarm = false

  public init(bars: Int = 1) {
    precondition(bars >= 1, "a return spans at least one bar")
    self.bars = bars
    logPrices = Array(repeating: 0, count: bars)
  }

  /// Takes in the next close. Returns the return up to it, or nil in the warm-up.
  ///
  /// - Precondition: the close is positive and finite.
  public mutating func update(_ close: Double) -> Double? {
    update(logPrice: LogReturn.logPrice(close))
  }

  /// Takes in the logarithm of the next close, for callers that need it several times.
  public mutating func update(logPrice: Double) -> Double? {
    let oldest = logPrices[position]
    let wasWarm = isWarm
    logPrices[position] = logPrice
    position += 1
    if position == bars {
      position = 0
      isWarm = true
    }
    return wasWarm ? logPrice - oldest : nil
  }

  /// The logarithm of a price.
  ///
  /// - Precondition: the price is positive and finite; a bar that is not must be rejected when it
  ///   enters, since no return leads to it or away from it.
  public static func logPrice(_ price: Double) -> Double {
    requirePrice(price)
    return Elementary.log(price)
  }

  static func requirePrice(_ price: Double) {
    precondition(price > 0 && price.isFinite, "\(price) has no logarithm")
  }

  /// The returns of a whole column of closes; NaN in the warm-up.
  public static func column(_ closes: [Double], bars: Int = 1) -> [Double] {
    var logReturn = LogReturn(bars: bars)
    return Indicators.column(closes.count) { logReturn.update(closes[$0]) }
  }
}
