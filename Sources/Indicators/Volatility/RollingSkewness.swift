/// Skewness of the last `period` inputs: `m3 / m2^(3/2)`, `mk = sum (x - mean)^k / period`.
///
/// The plain ratio of population moments (Fisher's g1; scipy's `skew` with `bias=True`), free of
/// the unit of the input and at most `(period - 2) / sqrt(period - 1)` in size, which one outlier
/// among equal values reaches. 0 for a window of equal values. Nil for the first `period - 1`.
///
/// The sums are those of `RollingMoments` with the cubes added: about one input that is always in
/// the window, nothing ever subtracted. O(1) a bar on average. Inputs are below 1e100 in size, and
/// a window whose deviations are all below 1e-100 counts as equal values.
public struct RollingSkewness: Sendable {
  public let period: Int
  /// Elements before `position` hold the inputs of the current block; those from it on the sums of
  /// `d = value - anchor`, d² and d³ over the rest of the block before. The one after the last
  /// is 0.
  private var block: [SIMD4<Double>]
  private var anchor = 0.0
  private var head = SIMD4<Double>.zero
  private var position = 0
  private var isWarm = false

  public init(period: Int) {
    precondition(period >= 3, "a skewness needs at least 3 inputs")
    self.period = period
    block = Array(repeating: .zero, count: period + 1)
  }

  /// Takes in the next value. Returns the skewness of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    if position == 0 { startBlock(at: value) }
    head += powers(of: value)
    block[position] = SIMD4(value, 0, 0, 0)
    position += 1
    let sums = head + block[position]
    if position == period {
      position = 0
      isWarm = true
    }
    return isWarm ? skewness(of: sums) : nil
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

  private func powers(of value: Double) -> SIMD4<Double> {
    let deviation = value - anchor
    let square = deviation * deviation
    return SIMD4(deviation, square, square * deviation, 0)
  }

  private mutating func startBlock(at value: Double) {
    anchor = value
    head = .zero
    guard isWarm else { return }
    var sums = SIMD4<Double>.zero
    for j in stride(from: period - 1, through: 0, by: -1) {
      sums += powers(of: block[j][0])
      block[j] = sums
    }
  }

  /// The skewness of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    var skewness = RollingSkewness(period: period)
    return Indicators.column(values.count) { skewness.update(values[$0]) }
  }
}
