import Kernels

/// Volumes that rise with the bar's range and persist.
///
/// `log volume = log level + elasticity * log(range / usual range) + u`, u a stationary
/// autoregression of order 1 with standard deviation .6. The elasticity of .7 is what hourly coins
/// and daily stocks show roughly; u is independent of returns.
struct VolumeProcess {
  private static let elasticity = 0.7
  private static let persistence = 0.7
  private static let deviation = 0.6
  /// Mean range of a Brownian path, in standard deviations: `sqrt(8 / pi)` (Feller 1951).
  private static let usualRange = 1.5957691216057308

  private let level: Double
  private var random: CounterRandom
  private var state: Double

  init(random: CounterRandom) {
    self.random = random
    level = 1000 * Elementary.exp(self.random.normal())
    state = self.random.normal()
  }

  /// - Parameters:
  ///   - range: log(high / low) of the bar.
  ///   - base: the market's volatility of one bar.
  mutating func draw(range: Double, base: Double) -> Double {
    let phi = VolumeProcess.persistence
    state = phi * state + (1 - phi * phi).squareRoot() * random.normal()
    // A range of 0 has no logarithm; no path of positive variance has one.
    let relative = max(range, 1e-6 * base) / (base * VolumeProcess.usualRange)
    let exponent =
      VolumeProcess.elasticity * Elementary.log(relative) + VolumeProcess.deviation * state
    return level * Elementary.exp(exponent)
  }
}
