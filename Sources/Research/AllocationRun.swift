import Allocation
import Kernels
public import Market
import Models
import SignalGraph
import Signals
public import Trading

/// Decides what to hold at one close, from the serving models and what is held before.
public struct AllocationRun: Sendable {
  let portfolio: Portfolio
  let history: MarketHistory
  let serving: ServingModels
  private let workers: Int

  /// - Parameter history: as it is known at the decision.
  public init(
    _ portfolio: Portfolio, history: MarketHistory, serving: ServingModels, workers: Int
  ) {
    self.portfolio = portfolio
    self.history = history
    self.serving = serving
    self.workers = workers
  }

  /// The last close among the portfolio's primary series.
  public var now: Timestamp { history.lastClose ?? .distantPast }

  /// Latest closes in the order of the symbols; nil before a symbol's first bar.
  public var prices: [Double?] {
    history.symbols.map { history.series(NodeKey($0, portfolio.primary)).closes.last }
  }

  /// - Parameters:
  ///   - book: cash and holdings, marked at `prices`.
  ///   - unfinished: symbols of whose trade the decision that led to the holdings has left a part.
  ///   - heldFrom: where the holdings come from, in words.
  public func report(
    book: Book, unfinished: Set<Symbol> = [], heldFrom: String, notes: [String]
  ) async throws -> AllocationReport {
    let now = now
    let graph = PortfolioGraph(portfolio, history: history)
    let before = now - portfolio.decisionEvery
    let hasBefore = history.symbols.contains { symbol in
      history.series(NodeKey(symbol, portfolio.primary)).countKnown(at: before) > 0
    }
    let moments = moments(before: hasBefore ? before : nil)
    let said = try await graph.signals { key in
      ModelSchedule(
        serving.nodes[key].map {
          [
            ModelSchedule.Entry(
              from: .distantPast, model: $0.model, calibration: $0.calibration, sizes: $0.sizes)
          ]
        } ?? [])
    }.advance(bars, at: moments, workers: workers)
    let all = said.symbols.map(\.signals)
    var risk = try graph.riskHistory(all)
    let estimate = try measured(&risk, at: now, all)
    let decided = try decide(graph, at: now, all, book, unfinished)
    let allocation = decided.allocation
    let latest = signals(all, at: now)
    let rows = history.symbols.indices.map { index in
      var own = row(index, allocation.lines[index], latest[index], book)
      own.refusal = decided.refusals.isEmpty ? nil : decided.refusals[index]?.rawValue
      return own
    }
    var report = AllocationReport(
      portfolioName: portfolio.name, profile: portfolio.profile.rawValue,
      allocationMode: portfolio.allocation.mode.rawValue, asOf: now, primary: portfolio.primary,
      equity: book.equity, currency: portfolio.capital.currency, heldFrom: heldFrom, rows: rows,
      decision: allocation,
      correlation: AllocationReport.correlation(estimate, of: history.symbols),
      notes: notes + ownNotes(now) + stalePositions(allocation),
      runHash: AllocationReport.hash(now, allocation))
    report.trainedTo = trainedTo
    report.shrinkage = estimate.shrinkage
    report.shrinksToMean = portfolio.allocation.covariance.shrinksToMean
    if estimate.shrinkage > 0 { report.sampleCorrelation = try sampleCorrelation(graph, all) }
    report.expectedCost = expectedCost(rows, at: now)
    report.clusterOrder = correlationClusters(
      report.correlation, atLeast: portfolio.limits.cluster.rho
    ).flatMap { $0 }
    report.spread = estimate.spread(of: allocation.weights)
    report.standings = portfolio.limits.standings(
      of: allocation, estimate, units: units(at: now, book))
    report.regimes = regimes(moments, all, allocation)
    if hasBefore {
      let past = try decide(graph, at: before, all, marked(book, at: before), unfinished)
      report.previous = (before, past.allocation)
    }
    return report
  }

  /// The signals of each symbol that were known at a moment.
  /// - Parameter all: of each symbol, at moments in order of time.
  private func signals(_ all: [[SymbolSignal]], at moment: Timestamp) -> [SymbolSignal] {
    all.map { own in own.last { $0.knownAt <= moment } ?? own[0] }
  }

  /// What a decision at a moment goes by.
  private func measured(
    _ risk: inout RiskHistory, at moment: Timestamp, _ all: [[SymbolSignal]]
  ) throws -> CovarianceEstimate {
    let estimate = try risk.estimate(
      at: moment, minimumObservations: portfolio.allocation.minimumObservations)
    guard portfolio.allocation.variance == .model else { return estimate }
    let year = CommonYear(history.calendars, portfolio.riskTimeframe)
    return estimate.withVolatilities(
      year.forecastVolatilities(
        signals(all, at: moment), of: history.symbols, portfolio.riskTimeframe))
  }

  /// The correlations before they are shrunk; nil where only shrinking makes them usable.
  private func sampleCorrelation(_ graph: PortfolioGraph, _ all: [[SymbolSignal]]) throws
    -> Matrix?
  {
    var risk = try graph.riskHistory(all, shrinks: false)
    do {
      let estimate = try risk.estimate(
        at: now, minimumObservations: portfolio.allocation.minimumObservations)
      return AllocationReport.correlation(estimate, of: history.symbols)
    } catch AllocationError.singularCovariance {
      return nil
    }
  }

  /// What a backtest would pay for the trades if the next bar opened at the last close, in currency.
  private func expectedCost(_ rows: [AllocationReport.Row], at now: Timestamp) -> Double {
    let model = FillModel(costs: portfolio.costs, capital: portfolio.capital)
    return rows.filter { $0.tradeQuantity != 0 }.reduce(0) { sum, row in
      let order = Order(
        symbol: row.symbol, quantity: row.tradeQuantity, decidedAt: now, reason: "")
      let volume = history.series(NodeKey(row.symbol, portfolio.primary)).volumes.last ?? 0
      return sum
        + model.fill(
          order, open: row.price, at: now, quantity: row.tradeQuantity, volume: volume
        ).cost
    }
  }

  /// When signals are asked for, ascending: at every close of a bar of the covariance, at the decision
  /// before and now, which is the last.
  private func moments(before: Timestamp?) -> [Timestamp] {
    let grid = history.grid(portfolio.riskTimeframe)
    let closes = grid.times.indices.map(grid.knownAt).filter { $0 < now }
    return Set(closes + [now] + [before].compactMap(\.self)).sorted()
  }

  /// How the regimes of the symbols go together; each votes by its target.
  private func regimes(
    _ moments: [Timestamp], _ signals: [[SymbolSignal]], _ allocation: AllocationDecision
  ) -> CrossRegimes {
    var regimes = CrossRegimes(
      moments: moments, signals: signals, grid: history.grid(portfolio.riskTimeframe),
      names: portfolio.regime.stateOrder.names(portfolio.regime.size.count),
      weights: allocation.lines.map { abs($0.target) })
    regimes.isInSample = trainedTo.map { seen in moments.contains { $0 <= seen } } ?? false
    return regimes
  }

  /// - Parameter all: signals of each symbol, at moments in order of time.
  private func decide(
    _ graph: PortfolioGraph, at moment: Timestamp, _ all: [[SymbolSignal]], _ book: Book,
    _ unfinished: Set<Symbol>
  ) throws -> (allocation: AllocationDecision, refusals: [DecisionOutcome?]) {
    let lastBars = history.symbols.map { symbol -> Timestamp? in
      let series = history.series(NodeKey(symbol, portfolio.primary))
      let known = series.countKnown(at: moment)
      return known > 0 ? series.knownAt(known - 1) : nil
    }
    var allocator = try graph.allocatorState(all)
    allocator.leaveUnfinished(unfinished)
    let decision = try allocator.decide(
      at: moment, signals: signals(all, at: moment), book: book, lastBars: lastBars)
    guard let decision, let allocation = decision.allocation else {
      preconditionFailure("the first decision of an allocator is always due")
    }
    return (allocation, decision.refusals)
  }

  /// The same holdings at the prices of an earlier moment.
  private func marked(_ book: Book, at moment: Timestamp) -> Book {
    var holdings: [Int: (quantity: Double, mark: Double)] = [:]
    for (index, symbol) in history.symbols.enumerated() {
      let series = history.series(NodeKey(symbol, portfolio.primary))
      let known = series.countKnown(at: moment)
      if known > 0 { holdings[index] = (book.quantities[index], series.closes[known - 1]) }
    }
    return Book(symbols: book.symbols, cash: book.cash, holdings: holdings)
  }

  /// What may be traded of each symbol.
  private func units(at now: Timestamp, _ book: Book) -> [Symbol: TradeUnits] {
    let volumes = VolumeHistory(history.grid(portfolio.riskTimeframe))
    var units: [Symbol: TradeUnits] = [:]
    for (index, symbol) in history.symbols.enumerated() {
      units[symbol] = portfolio.limits.trading.units(
        of: symbol, price: book.marks[index], volume: volumes.mean(index, at: now),
        equity: book.equity)
    }
    return units
  }

  private var bars: [NodeKey: [Bar]] {
    var bars: [NodeKey: [Bar]] = [:]
    for symbol in history.symbols {
      for timeframe in portfolio.timeframes.map(\.timeframe) {
        let key = NodeKey(symbol, timeframe)
        bars[key] = Array(history.series(key))
      }
    }
    return bars
  }

  private func row(
    _ index: Int, _ line: AllocationLine, _ signal: SymbolSignal, _ book: Book
  ) -> AllocationReport.Row {
    let price = book.marks[index] ?? 0
    let trade =
      price > 0 && line.isTraded
      ? line.target * book.equity / price - book.quantities[index] : 0
    return AllocationReport.Row(
      symbol: line.symbol, line: line, price: price, heldQuantity: book.quantities[index],
      tradeQuantity: trade,
      views: signal.parts.map { part in
        let node = serving.nodes[NodeKey(line.symbol, part.timeframe)]
        return AllocationReport.View(
          timeframe: part.timeframe, signal: part.signal, alpha: part.alpha,
          calibration: node?.calibration ?? Calibration(verdict: .noForecast, weight: 0),
          regimeName: part.signal.flatMap { node?.model.regime.names[$0.label] })
      })
  }
}
