/// The straight line with the least squared error, `y = intercept + slope·x`.
public struct LeastSquaresLine: Sendable, Equatable {
  public let slope: Double
  public let intercept: Double
  /// The share of y's variance that the line explains; nil where y does not vary.
  public let r2: Double?

  /// Nil below two points and where x does not vary.
  /// - Precondition: both have the same length.
  public init?(x: [Double], y: [Double]) {
    precondition(x.count == y.count)
    guard x.count > 1 else { return nil }
    let (meanX, meanY) = (Moments(x).mean, Moments(y).mean)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      xy += (a - meanX) * (b - meanY)
      yy += (b - meanY) * (b - meanY)
    }
    guard xx > 0 else { return nil }
    slope = xy / xx
    intercept = meanY - slope * meanX
    r2 = yy > 0 ? xy * xy / (xx * yy) : nil
  }
}
