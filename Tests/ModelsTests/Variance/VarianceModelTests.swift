import Indicators
import Kernels
import Market
import Models
import Testing

/// The variance model on generated bars whose variance is known: volatility follows an autoregression,
/// a bar's range is that of a path within it.
@Suite struct VarianceModelTests {
  private struct Made {
    var series: BarSeries
    /// Variance of each bar's log return.
    var variances: [Double]
  }

  private func made(
    _ name: String = "A", bars count: Int = 1500, seed: UInt64 = 1, scale: Double = 1,
    gapAt: Int? = nil
  ) -> Made {
    var random = CounterRandom(seed: seed, path: ["variance bars", name])
    var (level, close) = (0.0, 100.0 * scale)
    var bars: [Bar] = []
    var variances: [Double] = []
    for index in 0..<count {
      level = 0.97 * level + 0.25 * random.normal()
      let variance = 1e-4 * Elementary.exp(level)
      let open = close
      var (high, low) = (open, open)
      for _ in 0..<40 {
        close *= Elementary.exp((variance / 40).squareRoot() * random.normal())
        high = max(high, close)
        low = min(low, close)
      }
      variances.append(variance)
      let slot = index + (gapAt.map { index >= $0 ? 7 : 0 } ?? 0)
      bars.append(
        Bar(
          time: RegimeBars.start + Int64(slot) * Timeframe.h1.milliseconds, open: open, high: high,
          low: low, close: close, volume: 10 + random.uniform()))
    }
    return Made(
      series: BarSeries(
        symbol: Symbol(name), timeframe: .h1, calendar: .continuous, bars: bars),
      variances: variances)
  }

  /// The same bars with `count` more before bar `place`, in which nobody trades; what follows is a third
  /// cheaper.
  private func halted(_ made: Made, at place: Int, for count: Int) -> BarSeries {
    var bars = Array(made.series)
    let last = bars[place - 1]
    let step = Timeframe.h1.milliseconds
    let after = bars[place...].map { bar in
      Bar(
        time: bar.time + Int64(count) * step, open: bar.open * 2 / 3, high: bar.high * 2 / 3,
        low: bar.low * 2 / 3, close: bar.close * 2 / 3, volume: bar.volume)
    }
    let still = (1...count).map { index in
      Bar(
        time: last.time + Int64(index) * step, open: last.close, high: last.close,
        low: last.close, close: last.close, volume: 0)
    }
    bars = Array(bars[..<place]) + still + after
    return BarSeries(
      symbol: made.series.symbol, timeframe: .h1, calendar: .continuous, bars: bars)
  }

  /// - Parameter states: of the regime model, which a halt may leave too few bars for several.
  private func fitted(
    _ made: [Made], count: Int, states: RegimeStates = 3,
    change: (inout VarianceSettings) -> Void = { _ in }
  ) async throws -> [NodeFit] {
    try await fitted(made.map(\.series), count: count, states: states, change: change)
  }

  private func fitted(
    _ series: [BarSeries], count: Int, states: RegimeStates = 3,
    change: (inout VarianceSettings) -> Void = { _ in }
  ) async throws -> [NodeFit] {
    var variance = VarianceSettings()
    variance.hidden = 6
    variance.epochs = 6
    change(&variance)
    var settings = RegimeSettings()
    settings.states = states
    return try await PoolTraining(
      regime: settings, forecast: ForecastSettings(), variance: variance, seed: 5, maxGap: 3,
      minimumBars: 120
    ).fit(
      series.map { RegimeBars.table($0, settings) }, window: RegimeBars.window(count: count),
      withForecast: false)
  }

  private func estimates(_ model: VarianceModel, _ series: BarSeries) -> [VarianceEstimate?] {
    var filter = VarianceFilter(model)
    return RegimeBars.table(series, RegimeSettings()).rows.map { row in
      filter.update(row)
      return filter.estimate
    }
  }

  @Test func `knows the true variance better than EWMA on bars it has not seen`() async throws {
    let data = (0..<3).map { made(["A", "B", "C"][$0], bars: 2000, seed: UInt64($0)) }
    let fits = try await fitted(data, count: 1500) {
      $0.hidden = 16
      $0.epochs = 30
    }
    for (fit, made) in zip(fits, data) {
      #expect(fit.model.variance.method == .blend && fit.varianceChoice?.reason == nil)
      var errors = (ewma: 0.0, regression: 0.0, network: 0.0, blend: 0.0)
      for (index, estimate) in estimates(fit.model.variance, made.series).enumerated() {
        guard index >= 1500, index + 1 < made.variances.count, let estimate,
          let regression = estimate.regression, let network = estimate.network
        else { continue }
        func miss(_ variance: Double) -> Double {
          let error = Elementary.log(variance / made.variances[index + 1])
          return error * error
        }
        errors.ewma += miss(estimate.ewma)
        errors.regression += miss(regression)
        errors.network += miss(network)
        errors.blend += miss(estimate.variance)
        let blended = (regression * network).squareRoot()
        #expect(abs(estimate.variance / blended - 1) < 1e-12)
      }
      #expect(errors.regression < 0.8 * errors.ewma, "\(errors)")
      #expect(errors.network < errors.ewma, "\(errors)")
      #expect(errors.blend < 0.8 * errors.ewma, "\(errors)")
    }
  }

  @Test func `has the level of squared returns in its training window`() async throws {
    let data = made(bars: 900)
    let model = try await fitted([data], count: 900)[0].model.variance
    var (own, regression, count) = (0.0, 0.0, 0.0)
    let said = estimates(model, data.series)
    for index in 0..<said.count - 1 {
      guard let estimate = said[index], let part = estimate.regression else { continue }
      let closes = data.series.closes
      let move = Elementary.log(closes[index + 1] / closes[index])
      own += move * move / estimate.variance
      regression += move * move / part
      count += 1
    }
    // The regression's level is set to that; the blend's parts have it, the blend almost.
    #expect(abs(regression / count - 1) < 1e-9)
    #expect(abs(own / count - 1) < 0.05)
  }

  @Test func `doubling every price changes no forecast`() async throws {
    let once = made(bars: 600)
    let twice = made(bars: 600, scale: 2)
    // Logarithms of prices round differently, so the bits do; a network would amplify them.
    var models: [VarianceModel] = []
    for made in [once, twice] {
      models.append(
        try await fitted([made], count: 500) { $0.method = .har }[0].model.variance)
    }
    for (a, b) in zip(estimates(models[0], once.series), estimates(models[1], twice.series)) {
      #expect((a == nil) == (b == nil))
      if let a, let b { #expect(abs(a.variance / b.variance - 1) < 1e-9) }
    }
  }

  @Test func `what comes after the window changes no bit of the fit`() async throws {
    let whole = [made("A", bars: 800, gapAt: 300), made("B", bars: 800, seed: 2)]
    let known = [made("A", bars: 600, gapAt: 300), made("B", bars: 600, seed: 2)]
    #expect(
      try await fitted(whole, count: 600).map(\.model.variance)
        == fitted(known, count: 600).map(\.model.variance))
  }

  @Test func `a filter that is handed over in between says the same bits`() async throws {
    let data = made(bars: 700, gapAt: 400)
    let model = try await fitted([data], count: 500)[0].model.variance
    let rows = RegimeBars.table(data.series, RegimeSettings()).rows
    let batch = estimates(model, data.series)
    var filter = VarianceFilter(model)
    for (index, row) in rows.enumerated() {
      var copy = filter
      copy.update(row)
      #expect(copy.estimate == batch[index])
      filter = copy
    }
  }

  @Test func `falls back where history is short, and says why`() async throws {
    let data = made(bars: 400)
    let regression = try await fitted([data], count: 400) { $0.networkBars = 1000 }
    #expect(regression[0].model.variance.method == .har)
    #expect(regression[0].varianceChoice?.method == "har")
    let reason = try #require(regression[0].varianceChoice?.reason)
    #expect(reason.hasSuffix("training bars, the network needs 1000"))
    let ewma = try await fitted([data], count: 400) {
      $0.networkBars = 1000
      $0.regressionBars = 1000
    }
    #expect(ewma[0].model.variance.method == .ewma)
    #expect(ewma[0].varianceChoice?.reason?.hasSuffix("bars, the regression needs 1000") == true)
    for estimate in estimates(ewma[0].model.variance, data.series).compactMap({ $0 }) {
      #expect(estimate.variance == estimate.ewma && estimate.regression == nil)
    }
    let asked = try await fitted([data], count: 400) { $0.method = .har }
    #expect(asked[0].model.variance == regression[0].model.variance)
    #expect(asked[0].varianceChoice?.reason == nil)
  }

  @Test func `a symbol too young for the network leaves it to the others`() async throws {
    let young = try await fitted([made("A"), made("B", bars: 300, seed: 2)], count: 1500) {
      $0.networkBars = 500
    }
    #expect(young.map(\.model.variance.method) == [.blend, .har])
    let alone = try await fitted([made("A")], count: 1500) { $0.networkBars = 500 }
    #expect(young[0].model.variance == alone[0].model.variance)
  }

  @Test func `a price that stands still has its EWMA variance`() async throws {
    let data = made(bars: 400)
    let model = try await fitted([data], count: 400)[0].model.variance
    let still = (0..<200).map { index in
      Bar(
        time: RegimeBars.start + Int64(index) * Timeframe.h1.milliseconds, open: 5, high: 5, low: 5,
        close: 5, volume: 0)
    }
    let series = BarSeries(symbol: "A", timeframe: .h1, calendar: .continuous, bars: still)
    for estimate in estimates(model, series).compactMap({ $0 }) {
      #expect(estimate.variance == 0 && estimate.regression == nil)
    }
    // It stands still after it has moved: ranges of 0 have a floor, and nothing overflows.
    var bars = Array(data.series)
    let last = bars[bars.count - 1]
    for index in 1...300 {
      bars.append(
        Bar(
          time: last.time + Int64(index) * Timeframe.h1.milliseconds, open: last.close,
          high: last.close, low: last.close, close: last.close, volume: 0))
    }
    let stopped = BarSeries(symbol: "A", timeframe: .h1, calendar: .continuous, bars: bars)
    for estimate in estimates(model, stopped).compactMap({ $0 }) {
      #expect(estimate.variance.isFinite && estimate.variance > 0)
    }
  }

  @Test func `a halt in the training window sets no level`() async throws {
    let series = halted(made(bars: 1500), at: 700, for: 600)
    let model = try await fitted([series], count: 2100, states: 1)[0].model.variance
    #expect(model.method == .blend)
    let said = estimates(model, series)
    // From 300 bars after the halt on, the EWMA variance has forgotten the bar that ended it.
    let parts: [KeyPath<VarianceEstimate, Double?>] = [\.regression, \.network]
    for part in parts {
      let ratios = said[1600...].compactMap { estimate -> Double? in
        guard let estimate, let variance = estimate[keyPath: part] else { return nil }
        return variance / estimate.ewma
      }.sorted()
      #expect(ratios.count == 500)
      let median = ratios[ratios.count / 2]
      #expect(median > 0.2 && median < 5, "\(median)")
    }
    // Neither in the halt nor at its end does the forecast leave the EWMA variance far behind.
    for estimate in said.compactMap({ $0 }) {
      let ratio = estimate.variance / estimate.ewma
      #expect(ratio > 1e-4 && ratio < 1e4, "\(ratio)")
    }
  }

  @Test func `a bar that opens a long halt wide and closes where it was has a finite forecast`()
    async throws
  {
    let data = made(bars: 400)
    let model = try await fitted([data], count: 400)[0].model.variance
    // So long that the EWMA variance is all but 0: a ratio to it would overflow.
    var bars = Array(halted(data, at: 400, for: 50_000))
    let last = bars[bars.count - 1]
    bars.append(
      Bar(
        time: last.time + Timeframe.h1.milliseconds, open: last.close, high: last.close * 1.5,
        low: last.close / 1.5, close: last.close, volume: 1))
    let series = BarSeries(symbol: "A", timeframe: .h1, calendar: .continuous, bars: bars)
    let estimate = try #require(estimates(model, series)[bars.count - 1])
    #expect(estimate.variance.isFinite && estimate.variance == estimate.ewma)
  }

  @Test func `a market that stands still to the window's end has the regression, and says why`()
    async throws
  {
    let series = halted(made(bars: 900), at: 900, for: 600)
    let fit = try await fitted([series], count: 1500, states: 1)[0]
    #expect(fit.model.variance.method == .har)
    #expect(fit.varianceChoice?.reason == "no bar to stop the network's training by")
  }

  @Test func `comes back from a bundle's tensors with its bits`() async throws {
    for method in VarianceSettings.Method.allCases {
      let fit = try await fitted([made(bars: 500)], count: 500) {
        $0.method = method
        $0.seeds = 2
      }
      let model = fit[0].model.variance
      #expect(model.method == method)
      let bytes = Safetensors.encode(model.tensors)
      let read = try Safetensors.decode(bytes, file: "m")
      let again = try VarianceModel(
        tensors: read, timeframe: .h1, hidden: 6, headHidden: 16, members: 2)
      #expect(again == model)
      #expect(Safetensors.encode(again.tensors) == bytes)
      #expect(read.allSatisfy { $0.name.hasPrefix("variance.") })
      guard method == .blend else { continue }
      #expect(throws: BundleError.self) {
        try VarianceModel(
          tensors: read, timeframe: .h1, hidden: 7, headHidden: 16, members: 2)
      }
      #expect(throws: BundleError.self) {
        try VarianceModel(
          tensors: read, timeframe: .h1, hidden: nil, headHidden: nil, members: 0)
      }
      // Days have no time of day, so these columns are not theirs.
      #expect(throws: BundleError.self) {
        try VarianceModel(
          tensors: read, timeframe: .d1, hidden: 6, headHidden: 16, members: 2)
      }
    }
  }
}
