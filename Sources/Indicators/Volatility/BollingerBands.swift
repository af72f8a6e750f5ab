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
    moments.update(close).map { BollingerBands.value($0, width) }
  }

  @inline(__always)
  private static func value(_ moments: RollingMoments.Value, _ width: Double) -> Value {
    let distance = width * moments.standardDeviation
    return Value(
      upper: moments.mean + distance, middle: moments.mean, lower: moments.mean - distance)
  }

  /// The bands of a whole column of closes; NaN in the warm-up.
  public static func columns(
    _ closes: [Double], period: Int = 20, width: Double = 2
  ) -> (upper: [Double], middle: [Double], lower: [Double]) {
    precondition(width > 0, "the bands lie on both sides of the average")
    return writtenColumns(closes.count) { upper, middle, lower in
      for out in [upper, middle, lower] { out.fillWarmUp(period - 1) }
      RollingMoments.each(closes, period: period) { row, moments in
        let value = value(moments, width)
        upper[row] = value.upper
        middle[row] = value.middle
        lower[row] = value.lower
      }
    }
  }
}
