import Market
import Models
import Research
import SignalGraph

/// How much better than a calibrated EWMA does the product forecast the variance of the next bar?
///
/// Walk-forward on real series: every bar is judged by models that were fitted on what was known before
/// its window. The benchmark is the EWMA variance whose decay was fitted on the same training windows.
struct VarianceStudy: Sendable {
  /// Goals of the gain in QLIKE, by universe.
  static let goals: [(universe: String, gain: Double)] = [
    ("crypto 1h", 0.10), ("crypto 4h", 0.09), ("stocks 1d", 0.07),
  ]
  /// The gain's t-statistic must be above this.
  static let goalT = 4.0

  /// Scores by what was served, and the share of test bars at which each method did.
  struct Result: Sendable {
    var universe: String
    var bars: Int
    var regression: VarianceScore?
    var network: VarianceScore?
    var blend: VarianceScore?
    /// Against EWMA times the level that it had in training.
    var overLevel: VarianceScore?
    var methods: [VarianceSettings.Method: Int]
  }

  var adjust: @Sendable (inout Portfolio) -> Void = { _ in }

  func result(_ bars: MarketBars, _ laboratory: Laboratory) async throws -> Result {
    let market = try await StudiedMarket(bars, laboratory) { portfolio in
      // The mean is not judged here.
      portfolio.forecast.minimumBars = .max
      adjust(&portfolio)
    }
    struct Work: Sendable {
      var fold: Fold
      var key: NodeKey
      var model: VarianceModel
    }
    let work = market.models.folds.flatMap { fold in
      market.models.nodes(of: fold).map {
        Work(fold: fold, key: $0.key, model: $0.bundle.model.variance)
      }
    }
    let found = try await concurrentMap(work, workers: market.workers) { item in
      FoldVariance(
        item.model, market.tables[item.key], fold: item.fold,
        window: market.plan.folds.window(item.fold, item.key.timeframe))
    }
    var result = Result(
      universe: bars.universe.name, bars: found.reduce(0) { $0 + $1.served.count }, methods: [:])
    for (item, part) in zip(work, found) {
      result.methods[item.model.method, default: 0] += part.served.count
    }
    result.regression = try VarianceScore(found.flatMap(\.regression))
    result.network = try VarianceScore(found.flatMap(\.network))
    result.blend = try VarianceScore(found.flatMap(\.served))
    result.overLevel = try VarianceScore(found.flatMap(\.overLevel))
    return result
  }
}

/// What one fold's model said of one node over its test window, beside EWMA.
private struct FoldVariance: Sendable {
  var served: [VariancePair] = []
  var regression: [VariancePair] = []
  var network: [VariancePair] = []
  var overLevel: [VariancePair] = []

  init(_ model: VarianceModel, _ table: NodeTable, fold: Fold, window: TrainingWindow) {
    var filter = VarianceFilter(model)
    var said: VarianceEstimate?
    // Mean of r² / EWMA over the training window.
    var (sum, count) = (0.0, 0)
    for row in table.rows {
      if let last = said, let move = row.logReturn, row.missingBefore == 0, last.ewma > 0 {
        if row.knownAt <= window.to {
          sum += move * move / last.ewma
          count += 1
        } else if row.knownAt - table.timeframe.milliseconds >= fold.testFrom {
          func pair(_ variance: Double?, over benchmark: Double) -> [VariancePair] {
            guard let variance else { return [] }
            return [
              VariancePair(
                knownAt: row.knownAt, symbol: table.symbol, variance: variance,
                benchmark: benchmark, outcome: move)
            ]
          }
          served += pair(last.variance, over: last.ewma)
          regression += pair(last.regression, over: last.ewma)
          network += pair(last.network, over: last.ewma)
          if count > 0 { overLevel += pair(last.variance, over: last.ewma * sum / Double(count)) }
        }
      }
      guard row.knownAt < fold.testTo else { break }
      filter.update(row)
      said = filter.estimate
    }
  }
}
