import Foundation
import Indicators
import Market

/// The features once more, each computed afresh from the whole history by its written formula,
/// with the C library's functions and no shared state: slow and plain.
struct FeatureReference {
  let bars: [Bar]
  private let closes: [Double]
  private let returns: [Double]
  private let trueRanges: [Double]

  init(_ bars: [Bar]) {
    self.bars = bars
    closes = bars.map(\.close)
    returns = zip(closes.dropFirst(), closes).map { log($0 / $1) }
    trueRanges = zip(bars.dropFirst(), closes).map { bar, previous in
      max(bar.high, previous) - min(bar.low, previous)
    }
  }

  func value(_ feature: Feature, at t: Int) -> Double {
    let bar = bars[t]
    switch feature {
    case .return1: return inSigmas(1, t)
    case .return2: return inSigmas(2, t)
    case .return5: return inSigmas(5, t)
    case .return10: return inSigmas(10, t)
    case .return20: return inSigmas(20, t)
    case .atr: return atr(t) / bar.close
    case .bollingerPosition:
      let (mean, deviation) = moments(closes[(t - 19)...t])
      return (bar.close - (mean - 2 * deviation)) / (4 * deviation) - 0.5
    case .bollingerWidth:
      let (mean, deviation) = moments(closes[(t - 19)...t])
      return 4 * deviation / mean
    case .rsi:
      let changes = (1...t).map { closes[$0] - closes[$0 - 1] }
      let gain = smoothed(changes.map { max($0, 0) }, seed: 14, k: 1.0 / 14)
      let loss = smoothed(changes.map { max(-$0, 0) }, seed: 14, k: 1.0 / 14)
      return (100 - 100 / (1 + gain / loss)) / 100 - 0.5
    case .macdHistogram:
      let lines = (25...t).map(line)
      return (line(t) - smoothed(lines, seed: 9, k: 0.2)) / atr(t)
    case .emaSpread: return line(t) / atr(t)
    case .volatilityRatio:
      let recent = returns[(t - 10)..<t].map { $0 * $0 }.reduce(0, +) / 10
      return log(recent.squareRoot() / weightedVolatility(pow(0.5, 1.0 / 250), t))
    case .range: return (bar.high - bar.low) / atr(t)
    case .closeLocation:
      return bar.high > bar.low ? 2 * (bar.close - bar.low) / (bar.high - bar.low) - 1 : 0
    case .volumeScore:
      let logs = bars[(t - 19)...t].map { log1p($0.volume) }
      let (mean, deviation) = moments(logs[...])
      return (logs[19] - mean) / deviation
    case .hourSine: return sin(2 * .pi * hours(bar.time) / 24)
    case .hourCosine: return cos(2 * .pi * hours(bar.time) / 24)
    case .weekdaySine: return sin(2 * .pi * Double(bar.time.weekday) / 7)
    case .weekdayCosine: return cos(2 * .pi * Double(bar.time.weekday) / 7)
    }
  }

  private func inSigmas(_ bars: Int, _ t: Int) -> Double {
    log(closes[t] / closes[t - bars]) / (weightedVolatility(0.94, t) * sqrt(Double(bars)))
  }

  /// The root of the weighted mean square of the returns up to bar t.
  private func weightedVolatility(_ decay: Double, _ t: Int) -> Double {
    let weights = (0..<t).map { pow(decay, Double(t - 1 - $0)) }
    let squares = zip(weights, returns).map { $0 * $1 * $1 }
    return sqrt(squares.reduce(0, +) / weights.reduce(0, +))
  }

  private func atr(_ t: Int) -> Double {
    smoothed(Array(trueRanges[..<t]), seed: 14, k: 1.0 / 14)
  }

  /// EMA12 - EMA26, both seeded with the closes up to bar 25.
  private func line(_ t: Int) -> Double {
    smoothed(Array(closes[14...t]), seed: 12, k: 2.0 / 13)
      - smoothed(Array(closes[0...t]), seed: 26, k: 2.0 / 27)
  }

  private func smoothed(_ values: [Double], seed: Int, k: Double) -> Double {
    let start = values[..<seed].reduce(0, +) / Double(seed)
    return values[seed...].reduce(start) { k * $1 + (1 - k) * $0 }
  }

  private func moments(_ window: ArraySlice<Double>) -> (mean: Double, deviation: Double) {
    let mean = window.reduce(0, +) / Double(window.count)
    let squares = window.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return (mean, sqrt(squares / Double(window.count)))
  }

  private func hours(_ time: Timestamp) -> Double {
    Double(time.millisecondOfDay) / 3_600_000
  }
}
