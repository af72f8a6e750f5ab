import Market

/// Ease of movement: how far the middle of the bar moves for its volume, averaged (Arms 1989).
///
/// A bar's part is `10⁸ · (m_t - m_{t-1}) · (high - low) / volume` with `m = (high + low) / 2`, and 0
/// where there is no range or no volume; the value is the mean of the last `period` parts. Its unit,
/// price² per unit of volume, says little: its sign and its direction do. Nil for the first `period`
/// bars, as in the Python package ta, `sma_ease_of_movement`.
public struct EaseOfMovement: Sendable {
  /// Keeps the numbers of usual markets away from 0; the value of ta and of the original system.
  private static let scale = 1e8

  private var mean: SMA
  private var middle: Double?

  public init(period: Int = 14) {
    mean = SMA(period: period)
  }

  /// Takes in the next bar. Returns the mean, or nil in the warm-up.
  ///
  /// - Precondition: the volume is finite and not negative.
  public mutating func update(_ bar: Bar) -> Double? {
    requireVolume(bar.volume)
    let now = (bar.high + bar.low) / 2
    defer { middle = now }
    guard let middle else { return nil }
    guard bar.high > bar.low, bar.volume > 0 else { return mean.update(0) }
    return mean.update((now - middle) * (bar.high - bar.low) / bar.volume * EaseOfMovement.scale)
  }
}
