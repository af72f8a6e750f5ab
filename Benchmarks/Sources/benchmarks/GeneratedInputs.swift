import Foundation
import Kernels
import Market
import Models

/// Inputs of all themes: drawn from `CounterRandom`, the same in every run.
enum GeneratedInputs {
  static func random(_ path: String...) -> CounterRandom {
    CounterRandom(seed: 20_260_101, path: ["benchmarks"] + path)
  }

  static func normals(_ count: Int, _ path: String) -> [Double] {
    var random = random(path)
    return (0..<count).map { _ in random.normal() }
  }

  /// A random walk of the log close, without gaps, from 2020 on.
  static func series(
    _ symbol: Symbol, _ timeframe: Timeframe, bars: Int, volatility: Double = 0.002
  ) -> BarSeries {
    var random = random("bars", symbol.name, timeframe.name)
    var close = 100.0
    var time = timeframe.slot(containing: Timestamp(year: 2020, month: 1, day: 6))
    var series = BarSeries(symbol: symbol, timeframe: timeframe, calendar: .continuous)
    for _ in 0..<bars {
      let open = close * exp(0.2 * volatility * random.normal())
      close *= exp(volatility * random.normal())
      series.append(
        Bar(
          time: time, open: open,
          high: max(open, close) * exp(0.4 * volatility * abs(random.normal())),
          low: min(open, close) * exp(-0.4 * volatility * abs(random.normal())),
          close: close, volume: exp(10 + random.normal())))
      time = time + timeframe.milliseconds
    }
    return series
  }

  /// Returns of `columns` assets, rows×columns: a market that they follow more or less, four sectors
  /// and noise, so that no two pairs have the same correlation.
  static func returns(rows: Int, columns: Int) -> Matrix {
    var random = random("returns", "\(columns)")
    var returns = Matrix(rows: rows, columns: columns)
    for t in 0..<rows {
      let market = random.normal()
      let sectors = (0..<4).map { _ in random.normal() }
      for i in 0..<columns {
        // Volatilities from 1 % to 4 % a day, market loadings from -.1 to .8.
        let place = Double(i) / Double(columns)
        let loading = -0.1 + 0.9 * Double(i * 7 % columns) / Double(columns)
        returns[t, i] =
          (0.01 + 0.03 * place)
          * (loading * market + 0.5 * sectors[i % 4] + 0.6 * random.normal())
      }
    }
    return returns
  }

  /// Observations of three sticky states that differ in mean and spread, rows×columns.
  static func regimes(rows: Int, columns: Int) -> Matrix {
    var random = random("regimes", "\(columns)")
    var state = 0
    var observations = Matrix(rows: rows, columns: columns)
    for t in 0..<rows {
      if random.uniform() < 0.04 { state = (state + 1 + random.below(2)) % 3 }
      for d in 0..<columns {
        let mean = (Double(state) - 1) * (d % 2 == 0 ? 0.6 : -0.4)
        observations[t, d] = mean + [0.5, 1, 1.8][state] * random.normal()
      }
    }
    return observations
  }

  /// Normal features, one regime each bar for certain, normal targets.
  static func sequence(bars: Int, features: Int, _ name: String) -> TrainingSequence {
    let inputs = normals(bars * features, name + " inputs").map { Float($0) }
    var random = random(name, "regimes")
    var regimes = [Float](repeating: 0, count: bars * 3)
    for bar in 0..<bars { regimes[bar * 3 + random.below(3)] = 1 }
    let targets = normals(bars, name + " targets").map { Float($0) }
    return TrainingSequence(inputs: inputs, regimes: regimes, targets: targets)
  }
}
