import Engine
import Market
import Models
import SignalGraph
import Signals

/// What happened in which regime: spans for the ribbon, rows for the table.
struct RegimeSummary {
  let timeframe: Timeframe
  let spans: [(symbol: Symbol, spans: [BacktestReport.RegimeSpan])]
  private let names: [String]
  private let symbols: [Symbol]
  /// By day: the label of each symbol at the day's start, its return and the portfolio's over the
  /// day, and the weights held at the start.
  private var days: [Day] = []

  private struct Day {
    var labels: [Int?]
    var returns: [Double?]
    var portfolioReturn: Double
    var weights: [Double]
  }

  init(_ outcome: Backtest.Outcome, curve: EquityCurve, portfolio: Portfolio, names: [String]) {
    let sizing = portfolio.regime.sizingWeights(over: portfolio.timeframes.map(\.timeframe))
    timeframe = sizing[sizing.count - 1].timeframe
    self.names = names
    symbols = outcome.signals.map(\.symbol)
    spans = outcome.signals.map { symbol, signals in (symbol, RegimeSummary.spans(signals)) }
    let count = symbols.count
    // An account that has lost everything has no returns and no weights any more.
    for (index, step) in curve.steps.dropLast().enumerated() {
      guard curve.equity[index] > 0 else { break }
      let next = curve.steps[index + 1]
      let closes = symbols.indices.map { symbol in
        (
          outcome.grid.lastClose(symbol, at: outcome.steps.lowerBound + step),
          outcome.grid.lastClose(symbol, at: outcome.steps.lowerBound + next)
        )
      }
      days.append(
        Day(
          labels: outcome.signals.map { $0.signals[step].regimeLabel },
          returns: closes.map { from, to in
            guard let from, let to else { return nil }
            return to / from - 1
          },
          portfolioReturn: curve.returns[index],
          weights: Array(outcome.run.weights[step * count..<(step + 1) * count])))
    }
  }

  private static func spans(_ signals: [SymbolSignal]) -> [BacktestReport.RegimeSpan] {
    var spans: [BacktestReport.RegimeSpan] = []
    for (signal, next) in zip(signals, signals.dropFirst()) {
      guard let label = signal.regimeLabel else { continue }
      if let last = spans.last, last.label == label, last.to == signal.knownAt {
        spans[spans.count - 1].to = next.knownAt
      } else {
        spans.append(.init(from: signal.knownAt, to: next.knownAt, label: label))
      }
    }
    return spans
  }

  /// One row a regime for the portfolio, then for each symbol; each with a last one of the days without a
  /// label where there are such, so that shares add up to 1.
  func rows(perYear: Double) -> [BacktestReport.RegimeRow] {
    var rows: [BacktestReport.RegimeRow] = []
    for label in names.indices {
      let own = days.filter { majority($0.labels) == label }
      rows.append(
        row(
          nil, label, own.map { ($0.portfolioReturn, $0.weights.reduce(0) { $0 + abs($1) }) },
          perYear))
    }
    rows += unlabelled(
      nil,
      days.filter { majority($0.labels) == nil }.map { $0.weights.reduce(0) { $0 + abs($1) } })
    for symbol in symbols.indices {
      for label in names.indices {
        let own = days.filter { $0.labels[symbol] == label }.compactMap { day in
          day.returns[symbol].map { ($0, day.weights[symbol]) }
        }
        rows.append(row(symbols[symbol], label, own, perYear))
      }
      rows += unlabelled(
        symbols[symbol], days.filter { $0.labels[symbol] == nil }.map { $0.weights[symbol] })
    }
    return rows
  }

  /// The days without a label, of which nothing is measured: a symbol may have no price on them.
  private func unlabelled(_ symbol: Symbol?, _ weights: [Double]) -> [BacktestReport.RegimeRow] {
    guard !weights.isEmpty else { return [] }
    let n = Double(weights.count)
    return [
      BacktestReport.RegimeRow(
        symbol: symbol, regime: "no signal", share: n / Double(days.count), days: weights.count,
        annualisedReturn: nil, annualisedVolatility: nil, standardError: nil,
        exposure: weights.reduce(0, +) / n)
    ]
  }

  /// The label of most symbols; of equals the more turbulent one.
  private func majority(_ labels: [Int?]) -> Int? {
    var counts = Array(repeating: 0, count: names.count)
    for label in labels { if let label { counts[label] += 1 } }
    guard let most = counts.max(), most > 0 else { return nil }
    return counts.lastIndex(of: most)
  }

  private func row(
    _ symbol: Symbol?, _ label: Int, _ own: [(value: Double, exposure: Double)],
    _ perYear: Double
  ) -> BacktestReport.RegimeRow {
    let n = Double(own.count)
    let isMeasured = own.count >= BacktestReport.RegimeRow.fewestDays
    let mean = own.reduce(0) { $0 + $1.value } / max(1, n)
    let exposure = own.reduce(0) { $0 + $1.exposure } / max(1, n)
    var deviation: Double?
    if isMeasured {
      let squares = own.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
      deviation = (squares / (n - 1)).squareRoot()
    }
    return BacktestReport.RegimeRow(
      symbol: symbol, regime: names[label], share: n / Double(max(1, days.count)),
      days: own.count, annualisedReturn: isMeasured ? mean * perYear : nil,
      annualisedVolatility: deviation.map { $0 * perYear.squareRoot() },
      standardError: deviation.map { $0 / n.squareRoot() * perYear }, exposure: exposure)
  }
}
