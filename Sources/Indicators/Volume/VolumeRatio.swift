/// A bar's volume over the mean volume of the last `period` bars, `v_t / mean(v_{t-period+1...t})`.
///
/// The bar itself is part of the mean, so the ratio is at most `period`. 1 for equal volumes, and 1
/// where there is no volume in the window: it is the usual amount. Nil for the first `period - 1`
/// bars.
public struct VolumeRatio: Sendable {
  private var mean: SMA

  public init(period: Int = 20) {
    mean = SMA(period: period)
  }

  /// Takes in the next volume. Returns its ratio, or nil in the warm-up.
  ///
  /// - Precondition: the volume is finite and not negative.
  public mutating func update(_ volume: Double) -> Double? {
    requireVolume(volume)
    return mean.update(volume).map { $0 > 0 ? volume / $0 : 1 }
  }

  /// The ratios of a whole column of volumes; NaN in the warm-up.
  public static func column(_ volumes: [Double], period: Int = 20) -> [Double] {
    var ratio = VolumeRatio(period: period)
    return Indicators.column(volumes.count) { ratio.update(volumes[$0]) }
  }
}
