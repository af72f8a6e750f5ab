import Kernels

/// How unusual a bar's volume is: the z-score of `ln(1 + volume)` within the last `period` bars.
///
/// The logarithm, because volume is skewed by orders of magnitude; the bar itself is part of the
/// window, so the score is at most `sqrt(period - 1)` in size (4.4 for 20). The deviation is over
/// the number of bars (ddof 0). A window of equal volumes, zeros included, gives 0.
/// Nil for the first `period - 1` bars.
public struct VolumeZScore: Sendable {
  private var moments: RollingMoments

  public init(period: Int = 20) {
    moments = RollingMoments(period: period)
  }

  /// Takes in the next volume. Returns its score, or nil in the warm-up.
  ///
  /// - Precondition: the volume is finite and not negative.
  public mutating func update(_ volume: Double) -> Double? {
    requireVolume(volume)
    return update(logOfVolumeAndOne: Elementary.log(1 + volume))
  }

  /// Takes in `ln(1 + volume)` of the next bar, for callers that have it.
  mutating func update(logOfVolumeAndOne log: Double) -> Double? {
    moments.update(log)?.newestScore
  }

  /// The scores of a whole column of volumes; NaN in the warm-up.
  public static func column(_ volumes: [Double], period: Int = 20) -> [Double] {
    var score = VolumeZScore(period: period)
    return Indicators.column(volumes.count) { score.update(volumes[$0]) }
  }
}
