import Indicators
import Kernels
import Market
import Models
import Research
import SignalGraph
import Testing

/// What a fit takes from its window: scaler, targets and parts worked out a second time.
@Suite struct TrainingWindowTests {
  private let window = TrainingWindow(
    from: nil, start: GeneratedMarket.start, to: GeneratedMarket.time(day: 140, hour: 22),
    share: 0.15, embargo: 2 * GeneratedMarket.hour)

  private func table(_ market: GeneratedMarket, _ symbol: Symbol = "ETH") throws -> NodeTable {
    NodeTable(market.series(symbol), features: .stationary(for: .h1), observations: .volatility)
  }

  private func fit(_ tables: [NodeTable], scope: ForecastSettings.Scope = .timeframe) async throws
    -> [NodeFit]
  {
    var portfolio = Portfolio.small()
    portfolio.forecast.scope = scope
    return try await PoolTraining(
      regime: portfolio.regime, forecast: portfolio.forecast, seed: 1, maxGap: portfolio.maxGap,
      minimumBars: portfolio.minimumBars
    ).fit(tables, window: window, withForecast: true)
  }

  @Test func `the scaler is fitted to the rows of the training part alone`() async throws {
    let table = try table(Laboratory.market)
    let scaler = try #require(try await fit([table])[0].model.forecast).scaler
    let rows = table.rows.filter { $0.knownAt <= window.trainTo }.compactMap(\.features)
    #expect(scaler == StandardScaler(fittedTo: Matrix(rows: rows)))
    // One row more is another scaler.
    let more = table.rows.filter { $0.knownAt <= window.trainTo + GeneratedMarket.hour }
      .compactMap(\.features)
    #expect(scaler != StandardScaler(fittedTo: Matrix(rows: more)))
  }

  @Test
  func `L13, N15: the target is the next bar's return in sigmas known today, never over a hole`()
    async throws
  {
    let series = Laboratory.market.series("ETH")
    let table = try table(Laboratory.market)
    let model = try await fit([table])[0].model
    let forecast = try #require(model.forecast)
    var variance = EWMAVariance(decay: model.variance.decay)
    var training: (inputs: [[Double]], targets: [Double]) = ([], [])
    var stopping = training
    for index in 0..<series.count - 1 {
      let row = table.rows[index]
      if index > 0 {
        variance.update(
          Elementary.log(series.closes[index] / series.closes[index - 1]),
          missing: series.missingSlots(before: index))
      }
      let next = series.knownAt(index + 1)
      guard row.observation != nil, let features = row.features, let sigma2 = variance.next,
        next <= window.to, series.missingSlots(before: index + 1) == 0
      else { continue }
      let move = Elementary.log(series.closes[index + 1] / series.closes[index])
      let target = min(2, max(-2, move / sigma2.squareRoot()))
      if next <= window.trainTo {
        training.inputs.append(forecast.inputs(features))
        training.targets.append(target)
      } else if series.knownAt(index) >= window.stopFrom {
        stopping.inputs.append(forecast.inputs(features))
        stopping.targets.append(target)
      }
    }
    let expected = try #require(
      Ridge.fit(
        training: (Matrix(rows: training.inputs), training.targets),
        validation: (Matrix(rows: stopping.inputs), stopping.targets)))
    let ridge = try #require(forecast.ridge)
    #expect(ridge.penalty == expected.penalty)
    #expect(abs(ridge.intercept - expected.intercept) < 1e-9)
    for (mine, theirs) in zip(ridge.weights, expected.weights) {
      // Logarithms of ratios here, differences of logarithms there.
      #expect(abs(mine - theirs) < 1e-9)
    }
    // It sees what is there: the next bar takes back a quarter of this one, whose return comes first.
    #expect(ridge.weights[0] < -0.1)
  }

  @Test func `the network learns the next bar's return`() async throws {
    // Fitted without the ridge, judged on bars after the window.
    var portfolio = Portfolio.small()
    portfolio.forecast.ridge = false
    portfolio.forecast.epochs = 12
    let market = GeneratedMarket(seed: 5, reversal: 0.5, gaps: false)
    let tables = try GeneratedMarket.symbols.map { try table(market, $0) }
    let fits = try await PoolTraining(
      regime: portfolio.regime, forecast: portfolio.forecast, seed: 1, maxGap: portfolio.maxGap,
      minimumBars: portfolio.minimumBars
    ).fit(tables, window: window, withForecast: true)
    for (fit, table) in zip(fits, tables) {
      #expect(fit.model.forecast?.ridge == nil)
      var inference = NodeInference(fit.model, enter: 0.8)
      var said: Double?
      var sums = (xy: 0.0, xx: 0.0, yy: 0.0)
      for row in table.rows {
        if let x = said, let y = row.logReturn, row.knownAt > window.to + GeneratedMarket.hour {
          sums = (sums.xy + x * y, sums.xx + x * x, sums.yy + y * y)
        }
        said = inference.update(row)?.forecast
      }
      // The next bar takes back a half: .45 is to be had.
      #expect(sums.xy / (sums.xx * sums.yy).squareRoot() > 0.3)
    }
  }

  @Test func `bars after the window change nothing in the models, bars in it change everything`()
    async throws
  {
    let original = try await fit([
      table(Laboratory.market, "BTC"), table(Laboratory.market, "ETH"),
    ])
    let after = Laboratory.market.corrupted(after: window.to, scale: 0.01)
    let same = try await fit([table(after, "BTC"), table(after, "ETH")])
    for (a, b) in zip(original, same) {
      #expect(a.model.tensors == b.model.tensors)
      #expect(a.metrics == b.metrics)
    }
    // One hour earlier is inside.
    let inside = Laboratory.market.corrupted(
      after: window.to - GeneratedMarket.hour, scale: 0.01)
    let other = try await fit([table(inside, "BTC"), table(inside, "ETH")])
    for (a, b) in zip(original, other) { #expect(a.model.regime != b.model.regime) }
  }

  @Test
  func `bars after the training part move neither scaler nor weights, only the choice of them`()
    async throws
  {
    var portfolio = Portfolio.small()
    // One epoch is the best one whatever the stopping part says.
    portfolio.forecast.epochs = 1
    portfolio.variance.epochs = 1
    let training = PoolTraining(
      regime: portfolio.regime, forecast: portfolio.forecast, variance: portfolio.variance, seed: 1,
      maxGap: portfolio.maxGap,
      minimumBars: portfolio.minimumBars)
    let market = Laboratory.market
    // The embargo is dropped: bars in it may change, too. Volumes are read by the forecast alone.
    let changed = market.multiplyingVolumes(after: window.trainTo)
    let a = try await training.fit([table(market)], window: window, withForecast: true)[0].model
    let b = try await training.fit([table(changed)], window: window, withForecast: true)[0].model
    #expect(a.regime == b.regime && a.variance.regression == b.variance.regression)
    let networks = (try #require(a.variance.network), try #require(b.variance.network))
    #expect(networks.0.scaler == networks.1.scaler && networks.0.members == networks.1.members)
    let (mine, theirs) = (try #require(a.forecast), try #require(b.forecast))
    #expect(mine.scaler == theirs.scaler)
    #expect(mine.members == theirs.members)
    if mine.ridge?.penalty == theirs.ridge?.penalty { #expect(mine.ridge == theirs.ridge) }
    #expect(mine.deviation != theirs.deviation)
  }
}
