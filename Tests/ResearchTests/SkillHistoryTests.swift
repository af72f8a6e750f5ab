import Kernels
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing

/// The out-of-sample record: which model judged which bar, what came of it, and when it counted.
@Suite struct SkillHistoryTests {
  @Test func `each forecast is by its own fold's model, each outcome the next bar's return`()
    async throws
  {
    let base = try await Laboratory.base.value
    for timeframe in [Timeframe.h1, .h4] {
      var expected: [SkillRecord.Pair] = []
      for fold in base.plan.folds.inner + base.plan.folds.outer {
        for symbol in GeneratedMarket.symbols {
          let key = NodeKey(symbol, timeframe)
          let model = try #require(base.models.bundle(key, fold: fold)).model
          expected += pairs(model, base.history.series(key), base.tables[key], fold)
        }
      }
      expected = SkillRecord(expected).pairs
      let record = try #require(base.skill.records[timeframe]).pairs
      #expect(record.count == expected.count && record.count > 1000)
      let wrong = zip(record, expected).first { pair, hand in
        // The table's return is a difference of logarithms, this one the logarithm of a ratio.
        pair.symbol != hand.symbol || pair.knownAt != hand.knownAt
          || pair.forecast != hand.forecast || abs(pair.outcome - hand.outcome) > 1e-9
      }
      #expect(wrong == nil, "\(timeframe)")
      // No bar is judged twice.
      #expect(Set(record.map { "\($0.symbol) \($0.knownAt)" }).count == record.count)
    }
    #expect(base.skill.records[.d1]?.pairs.isEmpty == true)
  }

  /// Pairs from closes and the model alone.
  private func pairs(
    _ model: NodeModel, _ series: BarSeries, _ table: NodeTable, _ fold: Fold
  ) -> [SkillRecord.Pair] {
    var inference = NodeInference(model, enter: 0.8)
    var pairs: [SkillRecord.Pair] = []
    for index in 0..<series.count - 1 {
      let output = inference.update(table.rows[index])
      let now = series.knownAt(index)
      guard now >= fold.testFrom, now < fold.testTo, let output, let forecast = output.forecast,
        series.times[index + 1] == now
      else { continue }
      let move = Elementary.log(series.closes[index + 1] / series.closes[index])
      pairs.append(
        SkillRecord.Pair(
          knownAt: now + series.timeframe.milliseconds, symbol: series.symbol,
          forecast: forecast, outcome: move / output.targetVariance.squareRoot()))
    }
    return pairs
  }

  @Test func `a fold counts on what was known when it began`() async throws {
    let base = try await Laboratory.base.value
    for fold in base.plan.folds.outer {
      for timeframe in [Timeframe.h1, .h4] {
        let record = try #require(base.skill.records[timeframe])
        let known = record.pairs.filter { $0.knownAt <= fold.testFrom }
        #expect(known.count < record.pairs.count)
        let calibration = base.skill.calibration(timeframe, of: fold)
        #expect(calibration.pairs == known.count)
        #expect(calibration == (try SkillGate().calibrate(SkillRecord(known), at: .distantFuture)))
      }
      #expect(base.skill.calibration(.d1, of: fold).verdict == .noForecast)
    }
    let serving = base.skill.calibration(.h1, of: base.plan.folds.serving)
    #expect(serving.pairs == base.skill.records[.h1]?.pairs.count)
    // The first inner fold has no record at all.
    let first = base.skill.calibration(.h1, of: base.plan.folds.inner[0])
    #expect(first.verdict == .cannotTell && first.weight == 0)
  }

  @Test func `later bars change neither earlier pairs nor the weights of earlier folds`()
    async throws
  {
    let base = try await Laboratory.base.value
    let folds = base.plan.folds
    for now in [folds.outer[0].testFrom, folds.outer[1].testFrom] {
      let other = try await Trial(
        base.portfolio, on: Laboratory.market.corrupted(after: now), plan: base.plan,
        models: base.models)
      for timeframe in [Timeframe.h1, .h4] {
        let mine = try #require(base.skill.records[timeframe]).known(at: now)
        let theirs = try #require(other.skill.records[timeframe]).known(at: now)
        #expect(!mine.isEmpty && Array(mine) == Array(theirs))
        #expect(base.skill.records[timeframe] != other.skill.records[timeframe])
        for fold in folds.inner + folds.outer where fold.testFrom <= now {
          #expect(
            base.skill.calibration(timeframe, of: fold)
              == other.skill.calibration(timeframe, of: fold))
        }
        #expect(
          base.skill.calibration(timeframe, of: folds.serving)
            != other.skill.calibration(timeframe, of: folds.serving))
      }
    }
  }

  @Test func `skill that is there is found, and the weight it earns is the one that is used`()
    async throws
  {
    let base = try await Laboratory.base.value
    let record = try #require(base.skill.records[.h1]).pairs
    var (fy, ff, yy) = (0.0, 0.0, 0.0)
    for pair in record {
      fy += pair.forecast * pair.outcome
      ff += pair.forecast * pair.forecast
      yy += pair.outcome * pair.outcome
    }
    // A quarter is taken back by the next bar: a correlation of about .24 is to be had.
    #expect(fy / (ff * yy).squareRoot() > 0.15)
    for (key, signals) in base.outcome.nodes {
      for fold in base.plan.folds.outer {
        let weight = base.skill.calibration(key.timeframe, of: fold).weight
        let own = signals.filter { $0.knownAt >= fold.testFrom && $0.knownAt < fold.testTo }
        #expect(!own.isEmpty && own.allSatisfy { $0.gateWeight == weight })
        for signal in own {
          // Clipping only ever takes away from the forecast.
          let full = weight * signal.targetVariance.squareRoot() * (signal.forecast ?? 0)
          #expect(abs(signal.mu) <= abs(full) && signal.mu * full >= 0)
        }
        if key.timeframe == .h1 { #expect(weight > 0.3) }
      }
    }
  }

  @Test func `with the gate off every forecast counts in full, but none is made up`() async throws {
    let base = try await Laboratory.base.value
    var portfolio = base.portfolio
    portfolio.forecast.gate = .off
    let open = try await Trial(
      portfolio, on: Laboratory.market, plan: base.plan, models: base.models)
    for fold in open.plan.folds.outer {
      for timeframe in [Timeframe.h1, .h4] {
        let calibration = open.skill.calibration(timeframe, of: fold)
        #expect(calibration.verdict == .off && calibration.weight == 1)
        // What the record says stays to be read.
        #expect(calibration.t == base.skill.calibration(timeframe, of: fold).t)
      }
      #expect(open.skill.calibration(.d1, of: fold).verdict == .noForecast)
    }
    for (key, signals) in open.outcome.nodes where key.timeframe == .d1 {
      #expect(signals.allSatisfy { $0.mu == 0 && $0.forecast == nil })
    }
  }
}
