import Engine
import Kernels
import Market
import Models
import Research
import SignalGraph
import Signals
import Testing
import Trading

/// B and L12: what a symbol's signal reads of its slower timeframes, in a run of trained models.
@Suite struct DefectB_JoinTests {
  /// freqtrade #4073 and TorchTrade #10 (too early), freqtrade #4255 (a bar too late).
  @Test func `at each close every part is the freshest signal that is known then, by plain search`()
    async throws
  {
    let base = try await Laboratory.base.value
    var (parts, fresh, silent) = (0, 0, 0)
    var wrong: [String] = []
    for (symbol, signals) in base.outcome.signals {
      for timeframe in [Timeframe.h1, .h4, .d1] {
        let said = try #require(
          base.outcome.nodes.first { $0.key == NodeKey(symbol, timeframe) }
        ).signals
        let series = base.history.series(NodeKey(symbol, timeframe))
        // A node speaks at the closes of its own bars and at no other time.
        let closes = Set(series.indices.map(series.knownAt))
        #expect(said.allSatisfy { closes.contains($0.knownAt) })
        for signal in signals {
          let part = try #require(signal.parts.first { $0.timeframe == timeframe })
          let known = said.last { $0.knownAt <= signal.knownAt }
          let isVoid =
            known.map { signal.knownAt - $0.knownAt >= 2 * timeframe.milliseconds } ?? true
          if isVoid, part.signal == nil {
            silent += 1
          } else {
            if part.signal != known { wrong.append("\(symbol) \(timeframe) at \(signal.knownAt)") }
            if known?.knownAt == signal.knownAt, timeframe > .h1 { fresh += 1 }
          }
          parts += 1
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) parts, such as \(wrong.prefix(3))")
    // Slow bars that close with a fast one are read at that very close, and there are silent ones.
    #expect(parts > 20_000 && fresh > 1000 && silent > 10)
  }

  /// go-trader #730 and #1180: the size of a bar came from a regime that was known a day later.
  @Test func `the size by regime is that of the last day that has closed`() async throws {
    let base = try await Laboratory.base.value
    let gamma = base.portfolio.regime.size
    for (symbol, signals) in base.outcome.signals {
      let days = try #require(base.outcome.nodes.first { $0.key == NodeKey(symbol, .d1) }).signals
      var changes = 0
      for (before, signal) in zip(signals, signals.dropFirst()) {
        guard let day = days.last(where: { $0.knownAt <= signal.knownAt }),
          signal.knownAt - day.knownAt < 2 * Timestamp.millisecondsPerDay
        else { continue }
        let size = zip(day.nextPosterior, gamma).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(signal.regimeSize - size) < 1e-12)
        if before.regimeSize != signal.regimeSize { changes += 1 }
      }
      #expect(changes > 80)
    }
  }

  /// L12 of the original: its higher bar was labelled by its open and the whole feed was visible. The
  /// same rule made a Sharpe ratio of 23.2 so, and .27 honestly.
  @Test
  func `L12: joined by their opens, slow bars of noise would make a fortune; here they do not`()
    async throws
  {
    let history = try GeneratedMarket(seed: 21, days: 300, gaps: false).history(.small())
    let (grid, key) = (history.grid, NodeKey("BTC", .h4))
    let slow = history.series(key)
    // Long for as long as the last slow bar that is visible rose.
    func sharpe(_ visible: (Timestamp) -> Int) async throws -> Double {
      var column = Array(repeating: [Double?](), count: grid.times.count)
      for step in grid.times.indices {
        let count = visible(grid.knownAt(step))
        let rose = count > 0 && slow.closes[count - 1] > slow.opens[count - 1]
        column[step] = [rose ? 1 : 0, 0, 0]
      }
      let run = try await StepLoop(
        grid: grid, costs: CostSettings(commission: 0, slippage: 0), capital: CapitalSettings()
      ).run(0..<grid.times.count, WeightColumn(column))
      let returns = zip(run.equity, run.equity.dropFirst()).map { $1 / $0 - 1 }
      let mean = returns.reduce(0, +) / Double(returns.count)
      let square = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return mean / (square / Double(returns.count - 1)).squareRoot() * (24 * 365.0).squareRoot()
    }
    let honest = try await sharpe(slow.countKnown)
    let leaked = try await sharpe { now in slow.times.count { $0 <= now } }
    // A year of noise: within three standard errors of nothing.
    #expect(abs(honest) < 3.4)
    #expect(leaked > 10)
    // And too late is another result again.
    let late = try await sharpe { slow.countKnown(at: $0 - Timeframe.h4.milliseconds) }
    #expect(late != honest)
  }
}

/// Target weights a step.
private struct WeightColumn: DecisionMaker {
  let weights: [[Double?]]

  init(_ weights: [[Double?]]) { self.weights = weights }

  func decide(_ moment: Moment) async -> Targets? {
    Targets(
      weights: weights[moment.step],
      reasons: Array(repeating: "column", count: moment.book.symbols.count))
  }
}
