public import Market
public import Models
import SignalGraph

/// A set of models that are fitted together: one pool of nodes for one fold.
public struct TrainingJob: Sendable {
  public var fold: Fold
  public var timeframe: Timeframe
  /// Sorted by symbol; the models of each have their own bundle.
  public var requests: [ModelRequest]
  public var window: TrainingWindow
  public var withForecast: Bool
  /// Bars that the fit reads, times the networks it trains: the order of work.
  public var cost: Int

  public var name: String {
    let symbols = requests.map(\.key.symbol.name).joined(separator: " ")
    return "\(timeframe) \(fold.name) (\(symbols))"
  }
}

/// Which models a portfolio needs, for which folds.
public struct TrainingPlan: Sendable {
  public let folds: FoldPlan
  public let jobs: [TrainingJob]
  /// Why a timeframe has no mean forecast in a fold, in words.
  public let notes: [Note]

  public struct Note: Sendable {
    public var timeframe: Timeframe
    public var fold: Fold
    public var text: String
  }

  public init(_ portfolio: Portfolio, history: MarketHistory, tables: NodeTables)
    throws(ResearchError)
  {
    let span = try history.span()
    let folds = try FoldPlan(portfolio.split, start: span.start, end: span.end)
    var jobs: [TrainingJob] = []
    var notes: [Note] = []
    for (timeframe, weight) in portfolio.timeframes.map({ ($0.timeframe, $0.weight) }) {
      let keys = history.symbols.map { NodeKey($0, timeframe) }
      var judged: [TrainingJob] = []
      for fold in folds.outer + [folds.serving] {
        let window = folds.window(fold, timeframe)
        let bars = keys.map { tables[$0].countKnown(at: window.to) }.min() ?? 0
        let enough = bars >= portfolio.forecast.minimumBars
        if weight > 0, !enough {
          let text = "\(bars) bars, a mean forecast needs \(portfolio.forecast.minimumBars)"
          notes.append(Note(timeframe: timeframe, fold: fold, text: text))
        }
        judged += TrainingPlan.jobs(
          portfolio, history: history, tables: tables, keys: keys, fold: fold, window: window,
          withForecast: weight > 0 && enough)
      }
      // Inner folds exist to judge forecasts; where there is none they have nothing to do.
      if judged.contains(where: \.withForecast) {
        for fold in folds.inner {
          jobs += TrainingPlan.jobs(
            portfolio, history: history, tables: tables, keys: keys, fold: fold,
            window: folds.window(fold, timeframe), withForecast: true)
        }
      }
      jobs += judged
    }
    self.folds = folds
    self.jobs = jobs
    self.notes = notes
  }

  private static func jobs(
    _ portfolio: Portfolio, history: MarketHistory, tables: NodeTables, keys: [NodeKey],
    fold: Fold, window: TrainingWindow, withForecast: Bool
  ) -> [TrainingJob] {
    let isPooled = portfolio.forecast.scope == .timeframe && withForecast
    let pools = isPooled ? [keys] : keys.map { [$0] }
    var digests: [NodeKey: String] = [:]
    for key in keys { digests[key] = history.series(key).digest(at: window.to) }
    return pools.map { pool in
      let own = digests.filter { pool.contains($0.key) }
      let bars = pool.reduce(0) { $0 + tables[$1].countKnown(at: window.to) }
      let networks = withForecast ? portfolio.forecast.members(pool[0].timeframe) : 0
      return TrainingJob(
        fold: fold, timeframe: pool[0].timeframe,
        requests: pool.map { key in
          ModelRequest(
            portfolio, key: key, window: window, withForecast: withForecast, digests: own)
        }, window: window, withForecast: withForecast, cost: bars * (1 + 8 * networks))
    }
  }
}
