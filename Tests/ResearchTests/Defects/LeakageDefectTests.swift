import Indicators
import Kernels
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing

/// C: regimes and models that have seen what they should not, and the original's L1 to L14.
@Suite struct DefectC_LeakageTests {
  private let window = TrainingWindow(
    from: nil, start: GeneratedMarket.start, to: GeneratedMarket.time(day: 140, hour: 22),
    share: 0.15, embargo: 2 * GeneratedMarket.hour)

  private func table(_ market: GeneratedMarket, _ symbol: Symbol = "BTC") -> NodeTable {
    NodeTable(market.series(symbol), features: .stationary(for: .h1), observations: .volatility)
  }

  private func fit(_ market: GeneratedMarket) async throws -> [NodeFit] {
    let portfolio = Portfolio.small()
    return try await PoolTraining(
      regime: portfolio.regime, forecast: portfolio.forecast, variance: portfolio.variance, seed: 1,
      maxGap: portfolio.maxGap, minimumBars: portfolio.minimumBars
    ).fit([table(market), table(market, "ETH")], window: window, withForecast: true)
  }

  /// hmmlearn #355, #496, #540, #579: `predict` and `predict_proba` see the whole series. L2 of the
  /// original: its labels and one-hots were Viterbi's.
  @Test func `C, L2: no regime that a node says is repainted by bars that come later`()
    async throws
  {
    let base = try await Laboratory.base.value
    var repainted = 0
    for key in base.keys {
      let model = try #require(base.models.bundle(key, fold: base.plan.folds.outer[0])).model.regime
      let observations = base.tables[key].rows.compactMap(\.observation)
      let whole = model.filter(observations.map { $0 })
      let all = model.hmm.hindsight(model.scaler.transform(Matrix(rows: observations)))
      for length in [observations.count / 3, observations.count / 2, observations.count - 7] {
        let known = Array(observations.prefix(length))
        let then = model.filter(known.map { $0 })
        #expect(then == Array(whole.prefix(length)))
        // What the product does not do: here bars of the past change their regime.
        let hindsight = model.hmm.hindsight(model.scaler.transform(Matrix(rows: known)))
        let moved = (length - 20..<length).contains { bar in
          zip(hindsight.smoothed.row(bar), all.smoothed.row(bar)).contains { abs($0 - $1) > 0.01 }
        }
        if moved { repainted += 1 }
        if hindsight.path.states != Array(all.path.states.prefix(length)) { repainted += 1 }
      }
    }
    #expect(repainted > 2)
  }

  /// qlib PR #2301 (a scaler fitted to test rows), freqtrade #5494 (minimum and maximum of the whole
  /// series), fast-trade PR #45 and Vibe-Trading PR #1392 (targets beyond the window). L1, L4.
  @Test func `C, L1, L4: a future that is appended moves no scaler, clipping, state or weight`()
    async throws
  {
    let known = try await fit(Laboratory.market.truncated(at: window.to))
    let wild = try await fit(Laboratory.market.corrupted(after: window.to, scale: 3))
    for (then, now) in zip(known, wild) {
      #expect(then.model.tensors == now.model.tensors && then.metrics == now.metrics)
      #expect(then.model.regime == now.model.regime && then.regimeFit == now.regimeFit)
      let (a, b) = (try #require(then.model.forecast), try #require(now.model.forecast))
      #expect(a.scaler == b.scaler && a.ridge == b.ridge && a.deviation == b.deviation)
    }
  }

  /// Vibe-Trading PR #1392, fast-trade PR #45: the last `horizon` rows of a window have no outcome
  /// within it.
  @Test func `C: the last row of a window is no target, the one before it is`() async throws {
    let market = Laboratory.market
    let original = try await fit(market)
    // The outcome of the row known at the window's end is the close an hour later.
    let after = try await fit(
      market.changing("BTC", barKnownAt: window.to + GeneratedMarket.hour))
    #expect(original.map(\.model.tensors) == after.map(\.model.tensors))
    let last = try await fit(market.changing("BTC", barKnownAt: window.to))
    #expect(original[0].model.tensors != last[0].model.tensors)
  }

  /// L14, Vibe-Trading PR #1392: no purge and no embargo between training, stopping and test.
  @Test func `L3, L14: the parts of every fold are apart, and each test bar has one judge`()
    async throws
  {
    let base = try await Laboratory.base.value
    let embargo = Int64(base.portfolio.split.embargo)
    #expect(embargo >= 1)
    let folds = base.plan.folds
    for fold in folds.inner + folds.outer {
      for timeframe in [Timeframe.h1, .h4, .d1] {
        let window = folds.window(fold, timeframe)
        #expect(window.trainTo + embargo * timeframe.milliseconds <= window.stopFrom)
        #expect(window.stopFrom < window.to)
        #expect(window.to + embargo * timeframe.milliseconds == fold.testFrom)
      }
      for (key, bundle) in base.models.nodes(of: fold) {
        let seen = try #require(bundle.trainedTo)
        #expect(seen + embargo * key.timeframe.milliseconds <= fold.testFrom)
      }
    }
    // And it is that fold's own model that judges: what nodes said is what it says.
    for fold in folds.outer {
      for (key, bundle) in base.models.nodes(of: fold) {
        var inference = NodeInference(bundle.model, enter: base.portfolio.regime.enter)
        let heard = try #require(base.outcome.nodes.first { $0.key == key }).signals
        var own: [Timestamp: NodeOutput] = [:]
        for row in base.tables[key].rows where row.knownAt < fold.testTo {
          let output = inference.update(row)
          if row.knownAt >= fold.testFrom { own[row.knownAt] = output }
        }
        let judged = heard.filter { $0.knownAt >= fold.testFrom && $0.knownAt < fold.testTo }
        let strange = judged.count { signal in
          own[signal.knownAt]?.regime.posterior != signal.posterior
            || own[signal.knownAt]?.forecast != signal.forecast
        }
        #expect(judged.count > 30 && strange == 0, "\(fold.name) \(key)")
      }
    }
    for step in base.outcome.steps {
      let now = base.outcome.grid.knownAt(step)
      let judges = folds.outer.filter { $0.testFrom <= now && now < $0.testTo }
      #expect(judges.count == 1 || now == folds.outer[folds.outer.count - 1].testTo)
    }
  }

  /// L5 of the original: trained on the return after the next, served as the next one's. D12, label ==
  /// feature: trade #21.
  @Test
  func `L5: what is forecast is the next bar's return, and neither this one nor the one after`()
    async throws
  {
    let market = GeneratedMarket(seed: 5, reversal: 0.5, gaps: false)
    let said = try await fit(market)[0].model
    let table = table(market)
    var inference = NodeInference(said, enter: 0.8)
    let outputs = table.rows.map { inference.update($0)?.forecast }
    let from = table.countKnown(at: window.to) + 2
    func correlation(ahead: Int) -> Double {
      var sums = (xy: 0.0, xx: 0.0, yy: 0.0)
      for index in from..<table.rows.count - 2 {
        guard let x = outputs[index], let y = table.rows[index + ahead].logReturn else { continue }
        sums = (sums.xy + x * y, sums.xx + x * x, sums.yy + y * y)
      }
      return sums.xy / (sums.xx * sums.yy).squareRoot()
    }
    // A half is taken back: next −.45 of this, after that about +.2; the forecast is turned to the next.
    #expect(correlation(ahead: 1) > 0.3)
    #expect(correlation(ahead: 0) < -0.4)
    #expect(correlation(ahead: 2) < 0)
  }

  /// L6 of the original: it was served features that ended one bar before the close that they went
  /// with. L10: other periods in training and when served.
  @Test func `L6, L10: what is served at a close are training's features, this bar's included`()
    async throws
  {
    let base = try await Laboratory.base.value
    for key in base.keys {
      let series = base.history.series(key)
      let table = base.tables[key]
      for index in [40, series.count / 2, series.count - 1] {
        let bars = Array(series.prefix(index + 1))
        let live = BarSeries(
          symbol: key.symbol, timeframe: key.timeframe, calendar: series.calendar, bars: bars)
        func last(_ series: BarSeries) throws -> NodeRow {
          try #require(
            NodeTable(
              series, features: base.portfolio.features.spec(for: key.timeframe),
              observations: base.portfolio.regime.observations
            ).rows.last)
        }
        #expect(try last(live) == table.rows[index])
        var other = bars
        other[index].close = (other[index].low + other[index].high) / 2
        let moved = BarSeries(
          symbol: key.symbol, timeframe: key.timeframe, calendar: series.calendar, bars: other)
        if let features = table.rows[index].features {
          #expect(try last(moved).features != features)
        }
      }
    }
  }

  /// L7 of the original: one row was filtered at a time, so that the transition matrix never counted.
  @Test func `L7: a regime's probability is the last one, moved by the transitions and weighed`()
    async throws
  {
    let base = try await Laboratory.base.value
    let key = NodeKey("BTC", .h1)
    let model = try #require(base.models.bundle(key, fold: base.plan.folds.outer[1])).model.regime
    let observations = base.tables[key].rows.compactMap(\.observation).prefix(400)
    let filtered = model.filter(observations.map { $0 }).compactMap { $0 }
    let (count, transition) = (model.states, model.hmm.transition)
    var alone = 0
    for (index, observation) in observations.enumerated() where index > 0 {
      let x = model.scaler.transform(observation)
      var joint: [Double] = []
      for k in 0..<count {
        var prior = 0.0
        for j in 0..<count { prior += filtered[index - 1].posterior[j] * transition[j, k] }
        var logDensity = 0.0
        for d in x.indices {
          let (mean, variance) = (model.hmm.means[k, d], model.hmm.variances[k, d])
          logDensity -=
            0.5 * Elementary.log(variance) + (x[d] - mean) * (x[d] - mean) / 2 / variance
        }
        joint.append(prior * Elementary.exp(logDensity))
      }
      let sum = joint.reduce(0, +)
      for k in 0..<count {
        #expect(abs(filtered[index].posterior[k] - joint[k] / sum) < 1e-9)
      }
      // One row by itself says something else.
      let single = try #require(model.filter([observation])[0])
      if single.label != filtered[index].label { alone += 1 }
    }
    #expect(alone > 10)
  }

  /// L8 of the original: the network was trained on ranks of states and served their raw numbers.
  @Test func `L8: state k is the k-th by volatility in every model that is loaded`() async throws {
    let base = try await Laboratory.base.value
    var models = 0
    for fold in base.models.folds {
      for (key, bundle) in base.models.nodes(of: fold) {
        let regime = bundle.model.regime
        #expect(regime.names == ["calm", "normal", "turbulent"])
        // Half of what the returns say and half of what log realised volatility does, in its own unit.
        let levels = (0..<regime.states).map { k in
          0.5 * Elementary.log(regime.hmm.variances[k, 0])
            + regime.hmm.means[k, 1] * regime.scaler.scale[1]
        }
        #expect(levels == levels.sorted(), "\(fold.name) \(key)")
        models += 1
      }
    }
    #expect(models == 3 * (5 + 5 + 3))
  }

  /// L13 and N15 of the original: rows of a regime were glued together, and returns spanned holes.
  @Test func `L13, N15: no return over a hole is an outcome`() async throws {
    let base = try await Laboratory.base.value
    for (timeframe, record) in base.skill.records.sorted(by: { $0.key < $1.key }) {
      for pair in record.pairs {
        let series = base.history.series(NodeKey(pair.symbol, timeframe))
        let index = series.countKnown(at: pair.knownAt) - 1
        #expect(series.knownAt(index) == pair.knownAt)
        #expect(series.missingSlots(before: index) == 0)
      }
    }
    let holes = base.keys.reduce(0) { count, key in
      let series = base.history.series(key)
      return count + series.indices.count { series.missingSlots(before: $0) > 0 }
    }
    #expect(holes > 30)
  }
}
