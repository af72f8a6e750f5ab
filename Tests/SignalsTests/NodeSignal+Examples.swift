import Market
import Signals

extension NodeSignal {
  /// A signal of which a test states what it is about; the rest is unremarkable.
  static func example(
    knownAt: Timestamp, mu: Double = 0, deviation: Double = 1, variance: Double = 0.0001,
    persistence: Double = 0, nextPosterior: [Double] = [1, 0, 0], label: Int = 0,
    confidence: Double = 1, atr: Double? = nil, volumeRatio: Double? = nil
  ) -> NodeSignal {
    NodeSignal(
      knownAt: knownAt, forecast: mu, variance: variance, mu: mu, gateWeight: mu == 0 ? 0 : 1,
      forecastDeviation: deviation, forecastPersistence: persistence,
      posterior: nextPosterior, nextPosterior: nextPosterior, label: label,
      confidence: confidence, entropy: 0, atr: atr, volumeRatio: volumeRatio)
  }
}
