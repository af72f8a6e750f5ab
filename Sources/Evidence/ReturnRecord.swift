import Market
import Models
import Research
import SignalGraph
import Signals
import Statistics

/// The out-of-sample forecasts of the next return in one universe, by one variant.
struct ReturnRecord: Sendable {
  /// Those of the inner folds too, in order of time.
  var all: SkillRecord
  /// The test windows' starts and ends.
  var folds: [Fold]

  /// Those of the test windows.
  var pairs: ArraySlice<SkillRecord.Pair> {
    let first = folds[0].testFrom
    return all.pairs.drop { $0.knownAt <= first }
  }

  /// - Parameter innerFolds: windows before the first test window.
  init(
    _ bars: MarketBars, _ variant: ReturnVariant, innerFolds: Int, _ laboratory: Laboratory
  ) async throws {
    let market = try await StudiedMarket(bars, laboratory) { portfolio in
      portfolio.split.innerFolds = innerFolds
      portfolio.variance.method = .ewma
      // Judged where the product would rather say nothing, too.
      portfolio.forecast.minimumBars = 0
      variant.adjust(&portfolio)
    }
    folds = market.plan.folds.outer
    if variant.isRidgeAlone {
      var pairs: [SkillRecord.Pair] = []
      for fold in market.models.folds {
        for (key, bundle) in market.models.nodes(of: fold) {
          pairs += ReturnRecord.ridge(bundle.model, market.tables[key], fold)
        }
      }
      all = SkillRecord(pairs)
    } else {
      let skill = try await SkillHistory(
        market.portfolio, history: market.history, tables: market.tables, models: market.models,
        workers: market.workers)
      all = skill.records[bars.universe.timeframe] ?? SkillRecord()
    }
  }

  private static func ridge(_ model: NodeModel, _ table: NodeTable, _ fold: Fold)
    -> [SkillRecord.Pair]
  {
    guard let forecast = model.forecast, let ridge = forecast.ridge else { return [] }
    var variance = VarianceFilter(VarianceModel(decay: model.variance.decay))
    var recorder = OutcomeRecorder(table.symbol)
    for row in table.rows {
      recorder.close(row)
      guard row.knownAt < fold.testTo else { break }
      variance.update(row)
      if row.knownAt >= fold.testFrom, let features = row.features, let now = variance.estimate {
        recorder.say(ridge.predict(forecast.inputs(features)), variance: now.ewma)
      }
    }
    return recorder.forecasts
  }
}

/// What forecasts were worth over test windows; t-statistics are of per-time means over the symbols,
/// with Newey and West's errors.
struct ReturnScore: Sendable {
  var pairs: Int
  var r2: Double
  /// Diebold-Mariano against the zero forecast.
  var t: Double?
  /// Clark-West: the t of forecast times outcome.
  var clarkWest: Double?
  var hitRate: Double
  /// Correlation of forecast and outcome clipped at 4 sigmas.
  var correlation: Double

  init?(_ pairs: ArraySlice<SkillRecord.Pair>) throws {
    guard !pairs.isEmpty else { return nil }
    var (square, missed, sf, sc, sff, scc, sfc) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var (right, moved) = (0, 0)
    for pair in pairs {
      let (f, y) = (pair.forecast, pair.outcome)
      let clipped = min(4, max(-4, y))
      square += y * y
      missed += (y - f) * (y - f)
      sf += f
      sc += clipped
      sff += f * f
      scc += clipped * clipped
      sfc += f * clipped
      if y != 0 {
        moved += 1
        right += (f > 0) == (y > 0) ? 1 : 0
      }
    }
    let n = Double(pairs.count)
    let spread = ((sff - sf * sf / n) * (scc - sc * sc / n)).squareRoot()
    self.pairs = pairs.count
    r2 = 1 - missed / square
    hitRate = Double(right) / Double(max(1, moved))
    correlation = spread > 0 ? (sfc - sf * sc / n) / spread : 0
    t = try NeweyWestMean(
      perTime(pairs) {
        $0.outcome * $0.outcome - ($0.outcome - $0.forecast) * ($0.outcome - $0.forecast)
      })?.t
    clarkWest = try NeweyWestMean(perTime(pairs) { $0.forecast * $0.outcome })?.t
  }
}

/// The mean over the symbols of a figure, one value a time.
func perTime(
  _ pairs: ArraySlice<SkillRecord.Pair>, _ figure: (SkillRecord.Pair) -> Double
) -> [Double] {
  var means: [Double] = []
  var start = pairs.startIndex
  while start < pairs.endIndex {
    var end = start
    var sum = 0.0
    while end < pairs.endIndex, pairs[end].knownAt == pairs[start].knownAt {
      sum += figure(pairs[end])
      end += 1
    }
    means.append(sum / Double(end - start))
    start = end
  }
  return means
}
