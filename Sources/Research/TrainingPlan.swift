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
  /// Whether the settings' variance model is fitted, or the EWMA variance alone.
  public var withVariance: Bool
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
  /// Why a node is left out of a fold, or a timeframe has no mean forecast in it, in words.
  public let notes: [Note]

  public struct Note: Sendable {
    public var timeframe: Timeframe
    public var fold: Fold
    public var text: String
    /// Whether a symbol is left out, and not only a forecast.
    public var isExclusion: Bool
  }

  public init(_ portfolio: Portfolio, history: MarketHistory, tables: NodeTables)
    throws(ResearchError)
  {
    let span = try history.span()
    let folds = try FoldPlan(portfolio.split, start: span.start, end: span.end)
    var jobs: [TrainingJob] = []
    var notes: [Note] = []
    for (timeframe, weight) in portfolio.timeframes.map({ ($0.timeframe, $0.weight) }) {
      let all = history.symbols.map { NodeKey($0, timeframe) }
      var judged: [TrainingJob] = []
      for fold in folds.outer + [folds.serving] {
        let window = folds.window(fold, timeframe)
        let keys = try TrainingPlan.eligible(
          all, portfolio, tables: tables, fold: fold, window: window, notes: &notes)
        let bars = keys.map { tables[$0].countKnown(at: window.to) }.min() ?? 0
        let enough = bars >= portfolio.forecast.minimumBars
        if weight > 0, !enough {
          let text = "\(bars) bars, a mean forecast needs \(portfolio.forecast.minimumBars)"
          notes.append(
            Note(timeframe: timeframe, fold: fold, text: text, isExclusion: false))
        }
        judged += TrainingPlan.jobs(
          portfolio, history: history, tables: tables, keys: keys, fold: fold, window: window,
          withForecast: weight > 0 && enough)
      }
      // Inner folds exist to judge forecasts; where there is none they have nothing to do. A symbol
      // too young for one only makes the record begin later.
      if judged.contains(where: \.withForecast) {
        for fold in folds.inner {
          let window = folds.window(fold, timeframe)
          let keys = all.filter {
            tables[$0].regimeObservations(in: window).count >= portfolio.minimumBars
          }
          jobs += TrainingPlan.jobs(
            portfolio, history: history, tables: tables, keys: keys, fold: fold, window: window,
            withForecast: true)
        }
      }
      jobs += judged
    }
    self.folds = folds
    self.jobs = jobs
    self.notes = notes
  }

  /// The nodes with history enough for a regime model; the others are an error or left out, as the
  /// portfolio says.
  private static func eligible(
    _ keys: [NodeKey], _ portfolio: Portfolio, tables: NodeTables, fold: Fold,
    window: TrainingWindow, notes: inout [Note]
  ) throws(ResearchError) -> [NodeKey] {
    var eligible: [NodeKey] = []
    for key in keys {
      let found = tables[key].regimeObservations(in: window).count
      if found >= portfolio.minimumBars {
        eligible.append(key)
      } else if portfolio.onMissing == .exclude {
        let text = "\(key.symbol) is left out: \(found) bars of \(portfolio.minimumBars)"
        notes.append(
          Note(timeframe: key.timeframe, fold: fold, text: text, isExclusion: true))
      } else {
        throw .training(
          .tooLittleHistory(
            symbol: key.symbol, timeframe: key.timeframe, found: found,
            needed: portfolio.minimumBars))
      }
    }
    return eligible
  }

  private static func jobs(
    _ portfolio: Portfolio, history: MarketHistory, tables: NodeTables, keys: [NodeKey],
    fold: Fold, window: TrainingWindow, withForecast: Bool
  ) -> [TrainingJob] {
    guard !keys.isEmpty else { return [] }
    // Inner folds exist to judge the mean alone.
    let withVariance = fold.kind != .inner && portfolio.variance.method != .ewma
    let hasNetwork = withVariance && portfolio.variance.method == .blend
    let isPooled = portfolio.forecast.scope == .timeframe && (withForecast || hasNetwork)
    let pools = isPooled ? [keys] : keys.map { [$0] }
    var digests: [NodeKey: String] = [:]
    for key in keys { digests[key] = history.digest(key, at: window.to) }
    return pools.map { pool in
      let own = digests.filter { pool.contains($0.key) }
      let bars = pool.reduce(0) { $0 + tables[$1].countKnown(at: window.to) }
      let networks =
        (withForecast ? portfolio.forecast.members(pool[0].timeframe) : 0)
        + (hasNetwork ? 2 * portfolio.variance.seeds : 0)
      return TrainingJob(
        fold: fold, timeframe: pool[0].timeframe,
        requests: pool.map { key in
          ModelRequest(
            portfolio, key: key, window: window, withForecast: withForecast,
            withVariance: withVariance, digests: own)
        }, window: window, withForecast: withForecast,
        withVariance: withVariance, cost: bars * (1 + 8 * networks))
    }
  }
}
