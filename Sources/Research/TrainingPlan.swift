import Kernels
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
  /// The part of the cost that one network is, on average.
  var networkCost: Int
  /// With warm start, where the networks start from; nil draws them.
  public var parent: Parent?

  /// The pool's models of the fold before.
  public struct Parent: Sendable {
    public var fold: Fold
    /// Of its first symbol: the networks of a pool are one.
    public var request: ModelRequest
  }

  /// The hash of all that the pool's models depend on.
  public var id: String {
    var sha = SHA256()
    for request in requests { sha.update(request.id) }
    return sha.hex()
  }

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
    let span = try history.span(portfolio.onMissing)
    try history.requireListed(portfolio, until: span.end)
    let folds = try FoldPlan(portfolio.split, start: span.start, end: span.end)
    var jobs: [TrainingJob] = []
    var notes: [Note] = []
    for (timeframe, weight) in portfolio.timeframes.map({ ($0.timeframe, $0.weight) }) {
      let all = history.symbols.map { NodeKey($0, timeframe) }
      var pools: [Pool] = []
      for fold in folds.outer + [folds.serving] {
        pools += try TrainingPlan.pools(
          all, portfolio, tables: tables, fold: fold, window: folds.window(fold, timeframe),
          weight: weight, notes: &notes)
      }
      // Inner folds exist to judge forecasts; where there is none they have nothing to do. A symbol
      // too young for one, or a fold too short for the networks, only makes the record begin later.
      if pools.contains(where: { $0.withForecast && !$0.keys.isEmpty }) {
        let inner = folds.inner.map { fold in
          let window = folds.window(fold, timeframe)
          let keys = all.filter {
            TrainingPlan.shortfall(tables[$0], in: window, portfolio) == nil
          }
          let able = TrainingPlan.reached(
            keys, portfolio, tables: tables, fold: fold, window: window)
          return Pool(keys: able.keys, fold: fold, window: window, withForecast: true)
        }
        pools = inner + pools
      }
      // In order of time, so that each knows the fold before.
      var latest: [[Symbol]: TrainingJob.Parent] = [:]
      for pool in pools {
        jobs += TrainingPlan.jobs(
          portfolio, history: history, tables: tables, pool, parents: &latest)
      }
    }
    self.folds = folds
    self.jobs = jobs
    self.notes = notes
  }

  /// The jobs of one fold on one timeframe; no network starts from another's weights.
  static func jobs(
    _ portfolio: Portfolio, history: MarketHistory, tables: NodeTables, _ keys: [NodeKey],
    fold: Fold, window: TrainingWindow, weight: Double
  ) throws(ResearchError) -> (jobs: [TrainingJob], notes: [Note]) {
    var notes: [Note] = []
    let pools = try pools(
      keys, portfolio, tables: tables, fold: fold, window: window, weight: weight, notes: &notes)
    var parents: [[Symbol]: TrainingJob.Parent] = [:]
    var jobs: [TrainingJob] = []
    for pool in pools {
      jobs += TrainingPlan.jobs(
        portfolio, history: history, tables: tables, pool, parents: &parents)
    }
    return (jobs, notes)
  }

  /// The nodes of a timeframe that are fitted for a fold, and whether to a forecast too.
  ///
  /// A forecast asks for bars enough of every symbol. Where symbols may be left out, one that is too young
  /// for it, or has no target for networks of its own, has none, and takes none from the others.
  private static func pools(
    _ all: [NodeKey], _ portfolio: Portfolio, tables: NodeTables, fold: Fold,
    window: TrainingWindow, weight: Double, notes: inout [Note]
  ) throws(ResearchError) -> [Pool] {
    let keys = try eligible(
      all, portfolio, tables: tables, fold: fold, window: window, notes: &notes)
    let needed = portfolio.forecast.minimumBars
    let bars = keys.map { tables[$0].countSeen(in: window) }
    let (least, most) = (bars.min() ?? 0, bars.max() ?? 0)
    let isSplit = portfolio.onMissing == .exclude && least < needed && most >= needed
    guard weight > 0, isSplit || least >= needed else {
      if weight > 0 {
        let text = "\(least) bars, a mean forecast needs \(needed)"
        notes.append(
          Note(timeframe: all[0].timeframe, fold: fold, text: text, isExclusion: false))
      }
      return [Pool(keys: keys, fold: fold, window: window, withForecast: false)]
    }
    let young = zip(keys, bars).filter { $0.1 < needed }
    for (key, count) in young {
      let text = "\(key.symbol): \(count) bars, a mean forecast needs \(needed)"
      notes.append(Note(timeframe: key.timeframe, fold: fold, text: text, isExclusion: false))
    }
    let old = zip(keys, bars).filter { $0.1 >= needed }.map(\.0)
    let able = reached(old, portfolio, tables: tables, fold: fold, window: window)
    var silent = young.map(\.0)
    for refusal in able.refusals {
      guard portfolio.onMissing == .exclude else { throw refusal }
      switch refusal {
      case .training(.noFeatures(let symbol, let timeframe, let end)):
        let text = "\(symbol) is left out: no complete row of features before \(end)"
        notes.append(Note(timeframe: timeframe, fold: fold, text: text, isExclusion: true))
      case .noTargets(let timeframe, let symbol?, _, let part, _):
        silent.append(NodeKey(symbol, timeframe))
        let text = "\(symbol): no target in its \(part) part, a mean forecast needs one"
        notes.append(Note(timeframe: timeframe, fold: fold, text: text, isExclusion: false))
      default: throw refusal
      }
    }
    return [
      Pool(keys: able.keys, fold: fold, window: window, withForecast: true),
      Pool(keys: silent.sorted(), fold: fold, window: window, withForecast: false),
    ]
  }

  /// The nodes that a regime model can be fitted to; the others are an error or left out, as the portfolio
  /// says.
  private static func eligible(
    _ keys: [NodeKey], _ portfolio: Portfolio, tables: NodeTables, fold: Fold,
    window: TrainingWindow, notes: inout [Note]
  ) throws(ResearchError) -> [NodeKey] {
    var eligible: [NodeKey] = []
    for key in keys {
      guard let shortfall = TrainingPlan.shortfall(tables[key], in: window, portfolio) else {
        eligible.append(key)
        continue
      }
      guard portfolio.onMissing == .exclude else { throw .training(shortfall.error) }
      let text = "\(key.symbol) is left out: \(shortfall.text)"
      notes.append(Note(timeframe: key.timeframe, fold: fold, text: text, isExclusion: true))
    }
    return eligible
  }

  /// The nodes of a timeframe that have models in a fold.
  private struct Pool {
    var keys: [NodeKey]
    var fold: Fold
    var window: TrainingWindow
    var withForecast: Bool
  }

  /// - Parameter parents: by the symbols that share no networks with others (all or each by itself),
  ///   the latest models with networks; updated.
  private static func jobs(
    _ portfolio: Portfolio, history: MarketHistory, tables: NodeTables, _ pool: Pool,
    parents: inout [[Symbol]: TrainingJob.Parent]
  ) -> [TrainingJob] {
    let (keys, fold, window, withForecast) = (pool.keys, pool.fold, pool.window, pool.withForecast)
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
      let members = withForecast ? portfolio.forecast.members(pool[0].timeframe) : 0
      let variances = hasNetwork ? portfolio.variance.seeds : 0
      // Twice as wide, a network of the variance costs twice as much.
      let networkCost = 8 * bars * (members + 2 * variances)
      // A pool of all keeps its line whatever symbols join it.
      let line = portfolio.forecast.scope == .timeframe ? [] : [pool[0].symbol]
      let parent = withForecast && portfolio.forecast.warmStart ? parents[line] : nil
      let requests = pool.map { key in
        ModelRequest(
          portfolio, key: key, window: window, withForecast: withForecast,
          withVariance: withVariance, digests: own, parent: parent?.request)
      }
      if withForecast { parents[line] = TrainingJob.Parent(fold: fold, request: requests[0]) }
      return TrainingJob(
        fold: fold, timeframe: pool[0].timeframe, requests: requests, window: window,
        withForecast: withForecast, withVariance: withVariance, cost: bars + networkCost,
        networkCost: networkCost / max(1, members + variances), parent: parent)
    }
  }
}
