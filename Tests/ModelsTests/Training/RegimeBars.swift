import Indicators
import Kernels
import Market
import Models

/// Hourly bars whose volatility and volume follow known states.
enum RegimeBars {
  static let start = Timestamp(year: 2020, month: 1, day: 1)

  /// - Parameter volatilities: of a bar's log return, a state each; a state lasts 100 bars on average.
  static func series(
    _ symbol: Symbol, volatilities: [Double], count: Int, seed: UInt64
  ) -> BarSeries {
    var random = CounterRandom(seed: seed, path: ["regime bars", symbol.name])
    var state = 0
    var close = 100.0
    let bars = (0..<count).map { index in
      if random.uniform() < 0.01 { state = random.below(volatilities.count) }
      let open = close
      close *= Elementary.exp(volatilities[state] * random.normal())
      return Bar(
        time: start + Int64(index) * Timeframe.h1.milliseconds, open: open,
        high: max(open, close) * 1.001, low: min(open, close) * 0.999, close: close,
        volume: 200 * Double(state + 1) + 10 * random.normal())
    }
    return BarSeries(symbol: symbol, timeframe: .h1, calendar: .continuous, bars: bars)
  }

  static func table(_ series: BarSeries, _ settings: RegimeSettings) -> NodeTable {
    NodeTable(
      series, features: .stationary(for: .h1), observations: settings.observations)
  }

  /// All of the tables' bars.
  static func window(count: Int) -> TrainingWindow {
    TrainingWindow(
      from: nil, start: start, to: start + Int64(count) * Timeframe.h1.milliseconds, share: 0.1,
      embargo: Timeframe.h1.milliseconds)
  }

  /// Fits one pool of the tables.
  static func fit(
    _ tables: [NodeTable], _ settings: RegimeSettings, count: Int, withForecast: Bool = false,
    change: (inout ForecastSettings) -> Void = { _ in }
  ) async throws -> [NodeFit] {
    var forecast = ForecastSettings()
    forecast.hidden = 4
    forecast.headHidden = 4
    forecast.epochs = 2
    change(&forecast)
    return try await PoolTraining(
      regime: settings, forecast: forecast, seed: 5, maxGap: 3, minimumBars: 120
    ).fit(tables, window: window(count: count), withForecast: withForecast)
  }
}
