/// Skewness of the last `period` inputs: `m3 / m2^(3/2)`, `mk = sum (x - mean)^k / period`.
///
/// The plain ratio of population moments (Fisher's g1; scipy's `skew` with `bias=True`), free of
/// the unit of the input and at most `(period - 2) / sqrt(period - 1)` in size, which one outlier
/// among equal values reaches. 0 for a window of equal values. Nil for the first `period - 1`.
///
/// The sums are those of `RollingMoments` with the cubes added. O(1) a bar on average. Inputs are
/// below 1e100 in size, and a window whose deviations are all below 1e-100 counts as equal values.
public struct RollingSkewness: Sendable {
  /// The sums of `d = value - anchor`, d² and d³.
  private struct Sums: WindowPart {
    var sums = SIMD4<Double>.zero

    mutating func append(_ value: Double, anchor: Double, place: Double) { add(value - anchor) }
    mutating func prepend(_ value: Double, anchor: Double, place: Double) { add(value - anchor) }

    private mutating func add(_ deviation: Double) {
      let square = deviation * deviation
      sums += SIMD4(deviation, square, square * deviation, 0)
    }

    static func joined(_ older: Sums, _ newer: Sums, rest: Double) -> Sums {
      Sums(sums: newer.sums + older.sums)
    }
  }

  public let period: Int
  private var window: BlockWindow<Sums>

  public init(period: Int) {
    precondition(period >= 3, "a skewness needs at least 3 inputs")
    self.period = period
    window = BlockWindow(period: period)
  }

  /// Takes in the next value. Returns the skewness of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    window.update(value).map { skewness(of: $0.sums) }
  }

  private func skewness(of sums: SIMD4<Double>) -> Double {
    let moments = sums / Double(period)
    let mean = moments[0]
    let variance = moments[1] - mean * mean
    guard variance > 1e-200 else { return 0 }
    let third = moments[2] - 3 * mean * moments[1] + 2 * mean * mean * mean
    let bound = Double(period - 2) / Double(period - 1).squareRoot()
    return max(-bound, min(bound, third / (variance * variance.squareRoot())))
  }

  /// The skewness of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    var skewness = RollingSkewness(period: period)
    return Indicators.column(values.count) { skewness.update(values[$0]) }
  }
}
