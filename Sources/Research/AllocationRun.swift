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
    let said = try await graph.signals { key in
      ModelSchedule(
        serving.nodes[key].map {
          [ModelSchedule.Entry(from: .distantPast, model: $0.model, calibration: $0.calibration)]
        } ?? [])
    }.advance(bars, at: [now], workers: workers)
    let signals = said.symbols.map { $0.signals[0] }
    let lastBars = history.symbols.map { symbol in
      let series = history.series(NodeKey(symbol, portfolio.primary))
      return series.indices.last.map(series.knownAt)
    }
    let decision = try await graph.allocator().decide(
      at: now, signals: signals, book: book, lastBars: lastBars)
    guard let allocation = decision?.allocation else {
      preconditionFailure("the first decision of an allocator is always due")
    }
    var risk = try RiskHistory(
      grid: history.grid(portfolio.riskTimeframe), settings: portfolio.allocation)
    let estimate = try risk.estimate(
      at: now, minimumObservations: portfolio.allocation.minimumObservations)
    let rows = history.symbols.indices.map { index in
      row(index, allocation.lines[index], signals[index], book)
    }
    return AllocationReport(
      portfolioName: portfolio.name, profile: portfolio.profile.rawValue,
      allocationMode: portfolio.allocation.mode.rawValue, asOf: now, primary: portfolio.primary,
      equity: book.equity, currency: portfolio.capital.currency, heldFrom: heldFrom, rows: rows,
      decision: allocation, correlation: correlation(estimate), notes: notes + ownNotes(now),
      runHash: hash(now, allocation))
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

  /// Correlations in the order of the symbols; 0 for a symbol that could not be measured.
  private func correlation(_ estimate: CovarianceEstimate) -> Matrix {
    let count = history.symbols.count
    var matrix = Matrix(rows: count, columns: count, repeating: 0)
    let rows = history.symbols.map { estimate.index(of: $0) }
    for i in 0..<count {
      matrix[i, i] = 1
      for j in 0..<count where i != j {
        if let a = rows[i], let b = rows[j] { matrix[i, j] = estimate.correlation[a, b] }
      }
    }
    return matrix
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
    if DrawdownThrottle(portfolio.limits.throttle) != nil {
      notes.append(
        "the drawdown throttle is not applied: holdings do not tell what equity was before")
    }
    return notes
  }

  private func hash(_ now: Timestamp, _ decision: AllocationDecision) -> String {
    var sha = SHA256()
    sha.update(now.milliseconds)
    for line in decision.lines {
      sha.update(line.symbol.name)
      sha.update(line.held)
      sha.update(line.target)
    }
    return sha.hex()
  }
}
