import Allocation
import Market
import Models
import Research
import Trading

extension Portfolio {
  /// A portfolio whose models are fitted in about a second: hourly and four-hourly forecasts, regimes
  /// on all three timeframes, two inner and two test windows.
  static func small(symbols: [Symbol] = GeneratedMarket.symbols) -> Portfolio {
    var portfolio = Portfolio(
      name: "small", symbols: symbols,
      timeframes: [
        TimeframeWeight(timeframe: .h1, weight: 0.6),
        TimeframeWeight(timeframe: .h4, weight: 0.3),
        TimeframeWeight(timeframe: .d1, weight: 0.1),
      ])
    portfolio.costs = CostSettings(commission: 0.0002, slippage: 0.0001)
    portfolio.regime.restarts = 4
    portfolio.regime.iterations = 25
    portfolio.regime.size = [1, 0.75, 0.5]
    portfolio.forecast.hidden = 8
    portfolio.forecast.headHidden = 8
    portfolio.forecast.epochs = 4
    portfolio.forecast.batch = 32
    portfolio.forecast.seeds = 2
    // Days never have a forecast: 225 bars are fewer.
    portfolio.forecast.minimumBars = 400
    portfolio.minimumBars = 40
    portfolio.split.folds = 2
    portfolio.split.innerFolds = 2
    portfolio.allocation.minimumObservations = 30
    return portfolio
  }

  /// The same with networks that hardly learn, for what does not ask how good they are. Of two epochs the
  /// early stopping still chooses one.
  static func hasty(symbols: [Symbol] = GeneratedMarket.symbols) -> Portfolio {
    var portfolio = small(symbols: symbols)
    portfolio.forecast.epochs = 2
    portfolio.forecast.seeds = 1
    portfolio.variance.epochs = 2
    return portfolio
  }
}
