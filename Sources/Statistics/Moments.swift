/// Mean and spread of a sample, and the shape of its distribution.
///
/// Deviations are taken from the mean in a second pass; sums run in order.
public struct Moments: Sendable, Equatable {
  public let count: Int
  public let mean: Double
  /// Sums of the second, third and fourth powers of the deviations, over `count`.
  public let second: Double
  public let third: Double
  public let fourth: Double

  /// A spread below this is the rounding of returns near 1 and counts as none.
  public static let smallestDeviation = 1e-14

  /// - Precondition: `values` is not empty and finite.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty)
    let n = Double(values.count)
    var sum = 0.0
    for value in values { sum += value }
    let mean = sum / n
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for value in values {
      let deviation = value - mean
      let square = deviation * deviation
      second += square
      third += square * deviation
      fourth += square * square
    }
    count = values.count
    self.mean = mean
    self.second = second / n
    self.third = third / n
    self.fourth = fourth / n
  }

  private var isConstant: Bool {
    second.squareRoot() <= Moments.smallestDeviation
  }

  /// The sample standard deviation (divisor n − 1); nil below two values.
  public var standardDeviation: Double? {
    guard count > 1 else { return nil }
    return (second * Double(count) / Double(count - 1)).squareRoot()
  }

  /// Mean over sample standard deviation; nil where there is no spread.
  public var meanOverDeviation: Double? {
    guard let deviation = standardDeviation, !isConstant else { return nil }
    return mean / deviation
  }

  /// Third standardised moment with divisor n, as the probabilistic Sharpe ratio uses it.
  public var biasedSkewness: Double? {
    guard !isConstant else { return nil }
    return third / (second * second.squareRoot())
  }

  /// Fourth standardised moment with divisor n; 3 for a normal distribution.
  public var biasedKurtosis: Double? {
    guard !isConstant else { return nil }
    return fourth / (second * second)
  }

  /// Skewness corrected for the sample's size (G1 of Joanes and Gill 1998); nil below three values.
  public var skewness: Double? {
    guard count > 2, let biased = biasedSkewness else { return nil }
    let n = Double(count)
    return biased * (n * (n - 1)).squareRoot() / (n - 2)
  }

  /// Excess kurtosis corrected for the sample's size (G2 of Joanes and Gill 1998); nil below four
  /// values.
  public var excessKurtosis: Double? {
    guard count > 3, let biased = biasedKurtosis else { return nil }
    let n = Double(count)
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (biased - 3) + 6)
  }
}

/// The quantile of sorted values, linear between order statistics (type 7 of Hyndman and Fan 1996).
///
/// - Precondition: `sorted` ascends and is not empty; `probability` is in 0...1.
public func quantile(sorted: [Double], _ probability: Double) -> Double {
  precondition(!sorted.isEmpty && probability >= 0 && probability <= 1)
  let position = probability * Double(sorted.count - 1)
  let index = min(Int(position), sorted.count - 1)
  guard index + 1 < sorted.count else { return sorted[index] }
  let part = position - Double(index)
  return sorted[index] + part * (sorted[index + 1] - sorted[index])
}

/// Throws for the first value that is not finite.
func requireFinite(_ values: [Double]) throws(StatisticsError) {
  for (index, value) in values.enumerated() where !value.isFinite {
    throw .notFinite(index: index)
  }
}
