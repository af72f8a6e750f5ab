import Allocation
import Kernels
import Market
import Research
import Signals
import Statistics
import Trading

/// Reports made of random walks: everything that a page can show, from a seed.
struct SyntheticReport {
  /// The report of the values below, made once.
  static let plain = Result<BacktestReport, any Error> { try SyntheticReport().backtest() }

  var symbols: [Symbol] = ["BTC", "EOS", "ETH", "LTC", "XRP"]
  var days = 548
  /// Points of the equity curves a day; more make a report slow to write.
  var pointsPerDay = 1
  var isOutOfSample = true
  /// Paired 95 % intervals of the advantage over the baselines, in turn.
  var advantages: [ClosedRange<Double>?] = [-0.41...0.63, -0.35...0.49, -0.52...0.44, -0.30...0.71]
  var baselineNames = ["buy and hold", "equal weight", "inverse volatility", "HRP"]
  var trials = 12
  var deflatedSharpe: Double? = 0.41
  var fillCount = 180
  var warnings: [String] = []
  var portfolioName = "demo"
  var mode = "prior_tilt"
  var limits = LimitSettings(perSymbol: 0.2)
  var seed: UInt64 = 7
  /// Shifts of the overlays' sizes; 0 is a run without an overlay.
  var placebos = 200
  var variants = ["conservative", "balanced", "aggressive"]

  let start = Timestamp(year: 2018, month: 4, day: 1)
  var end: Timestamp { start + Int64(days) * Timestamp.millisecondsPerDay }

  private func random(_ path: String...) -> CounterRandom { CounterRandom(seed: seed, path: path) }

  /// A random walk of yearly volatility `volatility` that falls first and recovers later.
  func curve(
    _ name: String, volatility: Double, interval: ClosedRange<Double>?, isBaseline: Bool
  ) throws -> RunCurve {
    var rng = random("curve", name)
    var market = random("market")
    let step = Timestamp.millisecondsPerDay / Int64(pointsPerDay)
    let sigma = volatility / (365 * Double(pointsPerDay)).squareRoot()
    let count = days * pointsPerDay
    var times = [start]
    var equity = [100_000.0]
    for index in 1...max(1, count) {
      let cycle = Elementary.sin(Double(index) / Double(count) * 9) * 0.012
      let shock = 0.9 * market.normal() + 0.44 * rng.normal()
      times.append(start + Int64(index) * step)
      equity.append(equity[index - 1] * Elementary.exp(sigma * (shock - cycle)))
    }
    let daily = stride(from: 0, to: equity.count, by: pointsPerDay).map { equity[$0] }
    let summary = try PerformanceSummary(equity: daily, barsPerYear: 365)
    let half = 1.96 * (365 / Double(max(2, daily.count))).squareRoot()
    let sharpe = summary.sharpe ?? 0
    var curve = RunCurve(
      name: name, times: times, equity: equity, performance: summary,
      sharpeInterval: sharpe - half...sharpe + half, orders: isBaseline ? 40 : fillCount,
      turnoverPerYear: volatility * 6, costPerYear: volatility * 0.011, exposure: 0.62)
    if isBaseline {
      curve.sharpeAdvantageInterval = interval
      curve.sharpeAdvantage = interval.map { ($0.lowerBound + $0.upperBound) / 2 }
    }
    return curve
  }

  func regimeSpans(_ symbol: Symbol) -> [BacktestReport.RegimeSpan] {
    var rng = random("regime", symbol.name)
    var spans: [BacktestReport.RegimeSpan] = []
    var from = start
    var label = rng.below(3)
    while from < end {
      let length = Int64(3 + rng.below(45)) * Timestamp.millisecondsPerDay
      let to = min(end, from + length)
      spans.append(.init(from: from, to: to, label: label))
      label = (label + 1 + rng.below(2)) % 3
      from = to
    }
    return spans
  }

  func weights() -> [BacktestReport.WeightRow] {
    var rng = random("weights")
    var held = symbols.map { _ in 0.6 / Double(symbols.count) }
    return (0...days).map { day in
      for index in held.indices {
        held[index] = max(0, held[index] * (1 + 0.05 * rng.normal()))
        if day.isMultiple(of: 40) { held[index] = (0.4 + 0.5 * rng.uniform()) / Double(held.count) }
      }
      let gross = held.reduce(0, +)
      if gross > 1 { held = held.map { $0 / gross } }
      return .init(time: start + Int64(day) * Timestamp.millisecondsPerDay, weights: held)
    }
  }

  func fills() -> [Fill] {
    var rng = random("fills")
    return (0..<fillCount).map { index in
      let at = start + Int64(index + 1) * (end - start) / Int64(fillCount + 1)
      let price = 0.3 + 7000 * rng.uniform()
      let quantity = (rng.uniform() - 0.45) * 20_000 / price
      let notional = abs(quantity) * price
      return Fill(
        time: Timeframe.h1.slot(containing: at), symbol: symbols[rng.below(symbols.count)],
        quantity: quantity, price: price, fee: notional * 0.001, slippage: notional * 0.0005,
        reason: "rebalance: a change by 4.1 points is beyond the band of 3.2 points")
    }
  }

  func costs(_ fills: [Fill]) -> RunCosts {
    var book = Book(symbols: symbols.sorted(), cash: 1e9)
    for fill in fills {
      if let index = book.symbols.firstIndex(of: fill.symbol) { book.apply(fill, at: index) }
    }
    return RunCosts(book)
  }

  func gates() -> [BacktestReport.GateRow] {
    var rng = random("gates")
    return [Timeframe.h1, .h4, .d1].flatMap { frame in
      (0..<6).map { fold in
        let from = start + Int64(fold) * (end - start) / 6
        let t = rng.normal() + 0.4
        let bars = 6000 * (fold + 1) * 3_600_000 / Int(frame.milliseconds)
        let calibration =
          frame == .d1
          ? Calibration(
            verdict: .cannotTell, weight: 0, slope: 0.2, t: t, pairs: bars * 5,
            effectivePairs: 120, times: bars)
          : t > 1.645
            ? Calibration(
              verdict: .open, weight: 0.31, slope: 0.6, t: t, pairs: bars * 5,
              effectivePairs: Double(bars) * 1.3, times: bars)
            : Calibration(
              verdict: .shut, weight: 0, slope: 0.1, t: t, pairs: bars * 5,
              effectivePairs: Double(bars) * 1.3, times: bars)
        return .init(timeframe: frame, from: from, calibration: calibration, note: nil)
      }
    }
  }

  func attribution() -> [BacktestReport.AttributionRow] {
    var rng = random("attribution")
    return symbols.flatMap { symbol in
      [Timeframe.h1, .h4, .d1].map { frame in
        let pairs = days * 24 * 3_600_000 / Int(frame.milliseconds)
        let hit = 0.5 + 0.3 * rng.normal() / Double(pairs).squareRoot()
        let half = 0.98 / Double(pairs).squareRoot()
        return .init(
          symbol: symbol, timeframe: frame, pairs: pairs,
          informationCoefficient: 1.6 * rng.normal() / Double(pairs).squareRoot(), hitRate: hit,
          hitInterval: hit - half...hit + half, r2: 0.002 * rng.normal(),
          meanAbsoluteAlpha: max(0, 0.02 * rng.normal()))
      }
    }
  }

  func regimeRows() -> [BacktestReport.RegimeRow] {
    var rng = random("rows")
    return ([nil] + symbols.map { $0 }).flatMap { symbol in
      zip(["calm", "normal", "turbulent"], [0.3, 0.45, 0.25]).map { name, share in
        .init(
          symbol: symbol, regime: name, share: share, days: Int(share * Double(days)),
          annualisedReturn: 0.6 * rng.normal(), annualisedVolatility: 0.4 + 0.5 * rng.uniform(),
          standardError: 0.7, exposure: 0.1 + 0.1 * rng.uniform())
      }
    }
  }

  var correlation: Matrix {
    var rng = random("correlation")
    let n = symbols.count
    let loading = (0..<n).map { _ in 0.55 + 0.4 * rng.uniform() }
    var matrix = Matrix(rows: n, columns: n)
    for r in 0..<n {
      for c in 0..<n { matrix[r, c] = r == c ? 1 : loading[r] * loading[c] }
    }
    return matrix
  }

  /// A real decision over these symbols.
  func decision() throws -> AllocationDecision {
    var rng = random("decision")
    let n = symbols.count
    let estimate = CovarianceEstimate(
      symbols: symbols, volatilities: symbols.map { _ in 0.02 + 0.04 * rng.uniform() },
      correlation: correlation, observations: symbols.map { _ in 500 })
    let assets = symbols.enumerated().map { index, symbol in
      AssetInput(
        symbol: symbol, held: index == 0 ? 0 : 0.5 / Double(n) * (0.5 + rng.uniform()),
        stoppedBy: index == 3 ? "trailing" : nil, regimeSize: index.isMultiple(of: 2) ? 1 : 0.75,
        netAlpha: index == 2 ? 0.12 : 0, conviction: index == 1 ? -0.4 : 0.5,
        isActive: index != 4, sizeMultiplier: 1)
    }
    let settings = AllocationSettings(mode: mode == "in_out" ? .inOut : .priorTilt)
    let allocator = try Allocator(settings: settings, limits: limits)
    return try allocator.decide(
      AllocationInput(assets: assets, covariance: estimate, periodsPerYear: 365, throttle: 0.9))
  }

  func backtest() throws -> BacktestReport {
    let baselines = try baselineNames.enumerated().map { index, name in
      try curve(
        name, volatility: 0.85 - 0.04 * Double(index),
        interval: advantages[index % advantages.count], isBaseline: true)
    }
    let fills = fills()
    var report = BacktestReport(
      portfolioName: portfolioName, profile: "balanced", market: "crypto", symbols: symbols,
      timeframes: [
        .init(timeframe: .h1, weight: 0.6), .init(timeframe: .h4, weight: 0.3),
        .init(timeframe: .d1, weight: 0.1),
      ],
      primary: .h1, allocationMode: mode, start: start, end: end, isOutOfSample: isOutOfSample,
      startCapital: 100_000, currency: "USD", stepsPerYear: 365, stepName: "day",
      portfolio: try curve("portfolio", volatility: 0.42, interval: nil, isBaseline: false),
      baselines: baselines, trials: trials, deflatedSharpe: deflatedSharpe, regimeTimeframe: .d1,
      regimeNames: ["calm", "normal", "turbulent"],
      regimeSpans: symbols.map { ($0, regimeSpans($0)) }, regimeRows: regimeRows(),
      attribution: attribution(), gates: gates(), weights: weights(),
      reasons: [
        .init("inside the no-trade band", "2214"), .init("volatility target", "1790"),
        .init("gate shut", "1644"), .init("regime size", "0"), .init("cap per symbol", "12"),
      ],
      fills: fills, costs: costs(fills),
      distinctTargets: symbols.map { ($0, 548) }, lastDecision: try decision(),
      inputs: [
        .init("portfolio file", "profile: balanced; symbols: \(symbols.count)"),
        .init("bars of BTC 1h", String(repeating: "9f3a", count: 16)),
        .init("costs", "commission 0.1 %, slippage 0.05 %"), .init("seed", "42"),
      ],
      warnings: warnings, runHash: String(repeating: "0123456789abcdef", count: 4))
    report.decisionCounts = DecisionCounts(
      symbols: symbols, decisions: days,
      rows: [
        .init(name: "traded", counts: symbols.map { _ in 48 }),
        .init(name: "inside the band", counts: symbols.map { _ in days - 60 }),
        .init(name: "stale price", counts: symbols.map { _ in 12 }),
      ])
    report.placebo = placebo()
    report.maxTest = try maxTest()
    try addBreakdown(to: &report)
    return report
  }

  /// Months, symbols, trades and what the returns prove; from the report's own curve and fills.
  private func addBreakdown(to report: inout BacktestReport) throws {
    let daily = stride(from: 0, to: report.portfolio.equity.count, by: pointsPerDay).map {
      report.portfolio.equity[$0]
    }
    let returns = simpleReturns(daily)
    report.evidence = try SharpeEvidence(
      returns: returns, others: (1..<max(1, trials)).map { 0.01 * Double($0 % 3) },
      stepsPerYear: 365)
    report.calendar = try CalendarReturns(
      returns: returns,
      months: returns.indices.map { day in
        let date = (start + Int64(day) * Timestamp.millisecondsPerDay).civil
        return (date.year, date.month)
      })
    var rng = random("variants")
    report.overfitting = try OverfittingReport(
      variants.map { name in (name, returns.map { $0 + 0.003 * rng.normal() }) })
    report.riskBenchmark = baselineNames.first ?? ""
    report.riskFigures = try ([report.portfolio] + report.baselines).map { curve in
      try RiskFigures(
        name: curve.name, equity: curve.equity,
        benchmark: curve.name == baselineNames.first
          ? nil
          : report.baselines.first.map { BenchmarkCurve(equity: $0.equity, stepsPerYear: 365) })
    }
    report.drawdowns = DrawdownEpisode.deepest(
      5, times: report.portfolio.times, equity: report.portfolio.equity)
    report.closedTrades = ClosedTrade.all(report.fills)
    report.tradeSummaries = try TradeSummary.rows(report.closedTrades, symbols: symbols)
    report.ownStatistics = [("mean of fills", 12.5), ("undefined", nil)]
    let runs =
      ["the whole", "without regimes", "only 1h forecasts"] + variants.map { "without \($0)" }
    report.ablation = AblationReport(
      rows: try runs.enumerated().map { index, name in
        AblationReport.Row(
          name: name,
          curve: try curve(
            name, volatility: 0.4, interval: -0.1...0.3, isBaseline: name != "the whole"),
          runHash: String(repeating: "ab", count: 32) + "\(index)")
      })
    report.crossValidation = CrossValidationReport(
      groups: 6, testGroups: 2, splits: 15, purge: 1, embargo: 2,
      paths: try (1...5).map { path in
        CrossValidationReport.Path(
          curve: try curve(
            "path \(path)", volatility: 0.4, interval: -0.1...0.3, isBaseline: false),
          runHash: String(repeating: "0\(path)", count: 32))
      },
      baselines: [
        CrossValidationReport.Baseline(name: "buy and hold", sharpe: 0.25, pathsAbove: 3)
      ])
    for index in report.attribution.indices {
      var rng = random("skill", "\(index)")
      let outcomes = (0..<60).map { _ in rng.normal() }
      report.attribution[index].skill = try ForecastSkill(
        forecasts: outcomes.map { 0.1 * $0 + 0.2 * rng.normal() }, outcomes: outcomes)
    }
  }

  /// Shifts whose Sharpe ratios lie about 0.1, the run's at 0.29.
  func placebo() -> Placebo {
    var rng = random("placebo")
    func figures(_ sharpe: Double) -> Placebo.Figures {
      Placebo.Figures(
        sharpe: sharpe, compoundAnnualGrowthRate: 0.4 * sharpe - 0.08,
        maximumDrawdown: -0.45 + 0.1 * sharpe, exposure: 0.61)
    }
    return Placebo(
      decisions: days, overlays: [.regimes], own: figures(0.29),
      shifts: (0..<placebos).map {
        Placebo.Shift(decisions: $0 + 1, figures: figures(0.1 + 0.2 * rng.normal()))
      })
  }

  func maxTest() throws -> MaxTestReport {
    var rng = random("variants")
    let market = (0..<250).map { _ in 0.02 * rng.normal() }
    return try MaxTestReport(
      variants: variants.map { name in (name, market.map { $0 + 0.004 * rng.normal() }) },
      benchmark: (baselineNames.first ?? "cash", market), stepsPerYear: 365)
  }

  func allocation() throws -> AllocationReport {
    let decision = try decision()
    var rng = random("allocation")
    let rows = decision.lines.map { line -> AllocationReport.Row in
      let price = 0.3 + 7000 * rng.uniform()
      let views = [Timeframe.h1, .h4, .d1].map { frame -> AllocationReport.View in
        let p = 0.5 + 0.5 * rng.uniform()
        let label = rng.below(3)
        var posterior = [(1 - p) / 2, (1 - p) / 2, (1 - p) / 2]
        posterior[label] = p
        let signal = NodeSignal(
          knownAt: end, forecast: 0.1 * rng.normal(), variance: 0.0004, mu: 0, gateWeight: 0,
          forecastDeviation: 0.1, forecastPersistence: 0.5, posterior: posterior,
          nextPosterior: posterior, label: label, confidence: p, entropy: 0.4)
        let calibration =
          frame == .d1
          ? Calibration(
            verdict: .cannotTell, weight: 0, slope: 0.2, t: 0.3, pairs: 500, effectivePairs: 120,
            times: 100)
          : Calibration(
            verdict: .shut, weight: 0, slope: 0.1, t: frame == .h1 ? 0.6 : -0.4, pairs: 10_000,
            effectivePairs: 3000, times: 2148)
        return .init(
          timeframe: frame, signal: signal, alpha: 0, calibration: calibration,
          regimeName: ["calm", "normal", "turbulent"][label])
      }
      return .init(
        symbol: line.symbol, line: line, price: price, heldQuantity: line.held * 100_000 / price,
        tradeQuantity: (line.target - line.held) * 100_000 / price, views: views)
    }
    var report = AllocationReport(
      portfolioName: portfolioName, profile: "balanced", allocationMode: mode, asOf: end,
      primary: .h1, equity: 100_000, currency: "USD", heldFrom: "holdings.csv", rows: rows,
      decision: decision, correlation: correlation, notes: ["Data is 3 d old."],
      runHash: String(repeating: "fedcba9876543210", count: 4))
    let none = CovarianceEstimate(
      symbols: [], volatilities: [], correlation: Matrix(rows: 0, columns: 0, repeating: 0),
      observations: [])
    report.standings = LimitSettings(perSymbol: 0.5, positions: 3)
      .standings(of: decision, none, units: [:])
    var before = decision
    before.lines[0].limited -= 0.05
    before.lines[0].afterRegime -= 0.05
    report.previous = (end - Timestamp.millisecondsPerDay, before)
    return report
  }
}
