import Allocation
import Kernels
public import Market
import Models
import SignalGraph
import Signals
public import Trading

/// Decides what to hold at one close, from the serving models and what is held before.
public struct AllocationRun: Sendable {
  private let portfolio: Portfolio
  private let history: MarketHistory
  private let serving: ServingModels
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
  public var now: Timestamp {
    let closes = history.symbols.compactMap { symbol in
      let series = history.series(NodeKey(symbol, portfolio.primary))
      return series.isEmpty ? nil : series.knownAt(series.count - 1)
    }
    return closes.max() ?? .distantPast
  }

  /// Latest closes in the order of the symbols; nil before a symbol's first bar.
  public var prices: [Double?] {
    history.symbols.map { history.series(NodeKey($0, portfolio.primary)).closes.last }
  }

  /// - Parameters:
  ///   - book: cash and holdings, marked at `prices`.
  ///   - heldFrom: where the holdings come from, in words.
  public func report(book: Book, heldFrom: String, notes: [String]) async throws
    -> AllocationReport
  {
    let now = now
    let graph = PortfolioGraph(portfolio, history: history)
    let before = now - portfolio.decisionEvery
    let hasBefore = history.symbols.contains { symbol in
      history.series(NodeKey(symbol, portfolio.primary)).countKnown(at: before) > 0
    }
    let said = try await graph.signals { key in
      ModelSchedule(
        serving.nodes[key].map {
          [
            ModelSchedule.Entry(
              from: .distantPast, model: $0.model, calibration: $0.calibration, sizes: $0.sizes)
          ]
        } ?? [])
    }.advance(bars, at: moments(before: hasBefore ? before : nil), workers: workers)
    let all = said.symbols.map(\.signals)
    let signals = all.map { $0[$0.count - 1] }
    let allocation = try await decide(graph, at: now, all, book)
    var risk = try graph.riskHistory(all)
    let estimate = try risk.estimate(
      at: now, minimumObservations: portfolio.allocation.minimumObservations)
    let measured =
      portfolio.allocation.variance == .model
      ? estimate.withVolatilities(forecastVolatilities(signals)) : estimate
    let rows = history.symbols.indices.map { index in
      row(index, allocation.lines[index], signals[index], book)
    }
    var report = AllocationReport(
      portfolioName: portfolio.name, profile: portfolio.profile.rawValue,
      allocationMode: portfolio.allocation.mode.rawValue, asOf: now, primary: portfolio.primary,
      equity: book.equity, currency: portfolio.capital.currency, heldFrom: heldFrom, rows: rows,
      decision: allocation,
      correlation: AllocationReport.correlation(estimate, of: history.symbols),
      notes: notes + ownNotes(now),
      runHash: AllocationReport.hash(now, allocation))
    report.clusterOrder = correlationClusters(
      report.correlation, atLeast: portfolio.limits.cluster.rho
    ).flatMap { $0 }
    report.spread = measured.spread(of: allocation.weights)
    report.standings = portfolio.limits.standings(
      of: allocation, measured, units: units(at: now, book))
    report.regimes = regimes(moments(before: hasBefore ? before : nil), all, allocation)
    if hasBefore {
      report.previous = (
        before, try await decide(graph, at: before, all, marked(book, at: before))
      )
    }
    return report
  }

  /// What the models expect of the next bar of the covariance, in steps of the common year.
  private func forecastVolatilities(_ signals: [SymbolSignal]) -> [Symbol: Double] {
    let year = CommonYear(history.calendars, portfolio.riskTimeframe)
    var volatilities: [Symbol: Double] = [:]
    for (index, symbol) in history.symbols.enumerated() {
      volatilities[symbol] = signals[index].deviation(of: portfolio.riskTimeframe).map {
        year.volatility($0, of: index)
      }
    }
    return volatilities
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
    CrossRegimes(
      moments: moments, signals: signals, grid: history.grid(portfolio.riskTimeframe),
      names: portfolio.regime.stateOrder.names(portfolio.regime.size.count),
      weights: allocation.lines.map { abs($0.target) })
  }

  /// - Parameter all: signals of each symbol, at moments in order of time.
  private func decide(
    _ graph: PortfolioGraph, at moment: Timestamp, _ all: [[SymbolSignal]], _ book: Book
  ) async throws -> AllocationDecision {
    let signals = all.map { own in own.last { $0.knownAt <= moment } ?? own[0] }
    let lastBars = history.symbols.map { symbol -> Timestamp? in
      let series = history.series(NodeKey(symbol, portfolio.primary))
      let known = series.countKnown(at: moment)
      return known > 0 ? series.knownAt(known - 1) : nil
    }
    let decision = try await graph.allocator(all).decide(
      at: moment, signals: signals, book: book, lastBars: lastBars)
    guard let allocation = decision?.allocation else {
      preconditionFailure("the first decision of an allocator is always due")
    }
    return allocation
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

  /// The symbols whose market is closed now, by calendar: their orders wait.
  private func closedMarkets(_ now: Timestamp) -> [String] {
    history.symbols.compactMap { symbol in
      let series = history.series(NodeKey(symbol, portfolio.primary))
      guard let last = series.times.last, series.knownAt(series.count - 1) < now,
        series.calendar.missedSlots(since: last, at: now, portfolio.primary) == 0
      else { return nil }
      return "\(symbol): its market has been closed since \(series.knownAt(series.count - 1)); an "
        + "order waits for its next bar"
    }
  }

  /// What rules would know of a position that they have opened themselves.
  private var rulesNotApplied: [String] {
    guard history.symbols.contains(where: { !portfolio.exit(for: $0).isOff }) else { return [] }
    let unknown = "holdings do not tell when, at what price and in which regime they were bought"
    switch portfolio.allocation.mode {
    case .priorTilt:
      return ["exit rules are not applied: \(unknown)"]
    case .inOut:
      return [
        "rules start anew: \(unknown), so that no stop, target or other exit is applied, and what today's"
          + " signal would not open is sold, though a backtest would hold it until an exit fires"
      ]
    }
  }

  private func ownNotes(_ now: Timestamp) -> [String] {
    var notes: [String] = []
    let trainedTo = serving.nodes.values.map(\.trainedTo).max()
    if let trainedTo, trainedTo > now {
      notes.append("in sample: the serving models have seen bars up to \(trainedTo)")
    }
    let poor = serving.nodes.filter(\.value.isRegimeDegenerate).keys.sorted()
    if !poor.isEmpty {
      notes.append(
        "regimes that say next to nothing, their states explain the training window hardly better"
          + " than one Gaussian does: \(poor.map(\.description).joined(separator: ", "))")
    }
    notes += closedMarkets(now)
    notes += rulesNotApplied
    if DrawdownThrottle(portfolio.limits.throttle) != nil {
      notes.append(
        "the drawdown throttle is not applied: holdings do not tell what equity was before")
    }
    return notes
  }
}
