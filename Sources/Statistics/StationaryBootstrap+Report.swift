/// Blocks as long as a series allows: dependence over some weeks survives in a long one, and a short one is
/// not resampled as if it had two or three values.
///
/// With blocks of 20 in every series, 95 % intervals of independent returns excluded the true ratio in a
/// fifth of the series of 60 and a third of those of 20. With a 25th of the series it is 5 to 10 % from 30
/// returns on.
extension StationaryBootstrap {
  /// Returns below which there is no interval, and nothing to conclude.
  public static let fewestReturns = 30

  /// The bootstrap of a report over so many returns, with blocks of a 25th of them and 20 at most; nil
  /// where they are too few to judge.
  public static func ofReport(steps: Int, path: [String] = ["bootstrap"]) -> StationaryBootstrap? {
    guard steps >= fewestReturns else { return nil }
    return StationaryBootstrap(
      meanBlockLength: min(20, max(1, Double(steps) / 25)), path: path)
  }
}
