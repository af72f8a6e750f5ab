import Allocation
import Engine
import Market
import Research
import SignalGraph
import Signals

/// What a decision could trade at, read from the bars a second time.
struct PlainMarket {
  /// In currency.
  var equity: Double
  /// Bars of the covariance in a year of the calendar that is open longest.
  var periodsPerYear: Double
  /// Last closes.
  var prices: [Symbol: Double]
  /// Mean volumes of the last 20 bars of the covariance.
  var volumes: [Symbol: Double]
  /// Forecast standard deviations of the next bar, where these size, in steps of that year.
  var deviations: [Symbol: Double]

  /// - Parameter now: the close of a decision.
  /// - Returns: nil where the run has no such close.
  init?(_ subject: Subject, _ run: EngineRun, at now: Timestamp) {
    guard let step = run.knownAt.firstIndex(of: now) else { return nil }
    let (history, portfolio) = (subject.history, subject.portfolio)
    equity = run.equity[step]
    periodsPerYear = history.calendar.barsPerYear(portfolio.riskTimeframe)
    (prices, volumes, deviations) = ([:], [:], [:])
    for (symbol, signals) in subject.outcome.signals {
      let primary = history.series(NodeKey(symbol, portfolio.primary))
      let known = primary.countKnown(at: now)
      if known > 0 { prices[symbol] = primary.closes[known - 1] }
      let daily = history.series(NodeKey(symbol, portfolio.riskTimeframe))
      let recent = daily.volumes.prefix(daily.countKnown(at: now)).suffix(20)
      if !recent.isEmpty { volumes[symbol] = recent.reduce(0, +) / Double(recent.count) }
      if portfolio.allocation.variance == .model, signals.indices.contains(step) {
        let ownYear = daily.calendar.barsPerYear(portfolio.riskTimeframe)
        deviations[symbol] = signals[step].deviation(of: portfolio.riskTimeframe).map {
          $0 * (ownYear / periodsPerYear).squareRoot()
        }
      }
    }
  }
}
