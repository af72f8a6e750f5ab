/// Bollinger bands, in the unit of the price: the simple average and `width` standard deviations
/// (ddof 0) above and below it.
///
/// Warm-up as in TA-Lib's BBANDS: nil for the first `period - 1` closes.
public struct BollingerBands: Sendable {
  public struct Value: Sendable, Equatable {
    public var upper: Double
    public var middle: Double
    public var lower: Double
  }

  public let width: Double
  private var moments: RollingMoments

  public init(period: Int = 20, width: Double = 2) {
    precondition(width > 0, "the bands lie on both sides of the average")
    self.width = width
    moments = RollingMoments(period: period)
  }

  /// Takes in the next close. Returns the bands, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Value? {
    guard let now = moments.update(close) else { return nil }
    let distance = width * now.standardDeviation
    return Value(upper: now.mean + distance, middle: now.mean, lower: now.mean - distance)
  }

  /// The bands of a whole column of closes; NaN in the warm-up.
  public static func columns(
    _ closes: [Double], period: Int = 20, width: Double = 2
  ) -> (upper: [Double], middle: [Double], lower: [Double]) {
    var bands = BollingerBands(period: period, width: width)
    var upper = Array(repeating: Double.nan, count: closes.count)
    var middle = upper
    var lower = upper
    for (index, close) in closes.enumerated() {
      guard let value = bands.update(close) else { continue }
      upper[index] = value.upper
      middle[index] = value.middle
      lower[index] = value.lower
    }
    return (upper, middle, lower)
  }
}
