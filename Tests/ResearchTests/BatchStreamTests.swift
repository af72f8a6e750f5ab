import Kernels
import Market
import Models
import Proofs
import Research
import SignalGraph
import Signals
import Testing

/// Promise 3: feeding a node all bars at once or one at a time gives bitwise the same signals.
@Suite struct BatchStreamTests {
  @Test(arguments: BatchStream.Feed.allCases)
  func `a node says the same in whatever chunks its bars come, across changes of model`(
    feed: BatchStream.Feed
  ) async throws {
    let base = try await Laboratory.base.value
    for key in base.keys {
      let bars = Array(base.history.series(key))
      var batch = base.node(key)
      var stream = base.node(key)
      let atOnce = batch.advance(bars)
      var inPieces: [NodeSignal] = []
      for chunk in feed.chunks(bars.count) { inPieces += stream.advance(bars[chunk]) }
      #expect(Trace(key, atOnce).firstDifference(from: Trace(key, inPieces)) == nil)
      // Two models have served, and the backtest heard exactly this.
      let border = base.plan.folds.outer[1].testFrom
      #expect(atOnce.contains { $0.knownAt < border } && atOnce.contains { $0.knownAt >= border })
      let heard = try #require(base.outcome.nodes.first { $0.key == key }).signals
      #expect(Trace(key, atOnce).firstDifference(from: Trace(key, heard)) == nil)
    }
  }

  @Test func `a model that takes over stands where it would, had it run from the first bar`()
    async throws
  {
    let base = try await Laboratory.base.value
    let fold = base.plan.folds.outer[1]
    for key in base.keys {
      let model = try #require(base.models.bundle(key, fold: fold)).model
      var inference = NodeInference(model, enter: base.portfolio.regime.enter)
      var expected: [Timestamp: NodeOutput] = [:]
      for row in base.tables[key].rows { expected[row.knownAt] = inference.update(row) }
      let heard = try #require(base.outcome.nodes.first { $0.key == key }).signals
      let own = heard.filter { $0.knownAt >= fold.testFrom }
      let stranger = own.first { signal in
        guard let output = expected[signal.knownAt] else { return true }
        return signal.forecast != output.forecast || signal.variance != output.variance
          || signal.posterior != output.regime.posterior
          || signal.nextPosterior != output.regime.nextPosterior
          || signal.label != output.regime.label
      }
      #expect(!own.isEmpty && stranger == nil)
    }
  }

  @Test func `the graph, fed live with bars resampled as they close, says what the batch says`()
    async throws
  {
    let base = try await Laboratory.base.value
    let graph = PortfolioGraph(base.portfolio, history: base.history).signals(base.schedule)
    var feed = LiveFeed(base.history, base.keys)
    var said: [Symbol: [SymbolSignal]] = [:]
    var nodes: [NodeKey: [NodeSignal]] = [:]
    for step in 0..<base.outcome.steps.upperBound {
      let now = base.outcome.grid.knownAt(step)
      let wanted = base.outcome.steps.contains(step) ? [now] : []
      let output = try await graph.advance(feed.bars(closedBy: now), at: wanted, workers: 1)
      for (symbol, signals) in output.symbols { said[symbol, default: []] += signals }
      for (key, signals) in output.nodes { nodes[key, default: []] += signals }
    }
    for (key, signals) in base.outcome.nodes {
      #expect(Trace(key, signals).firstDifference(from: Trace(key, nodes[key] ?? [])) == nil)
    }
    for (symbol, signals) in base.outcome.signals {
      let live = Trace(symbol, said[symbol] ?? [])
      #expect(Trace(symbol, signals).firstDifference(from: live) == nil)
    }
  }

  @Test func `the order in which nodes hear their bars changes nothing`() async throws {
    let base = try await Laboratory.base.value
    let graph = PortfolioGraph(base.portfolio, history: base.history).signals(base.schedule)
    var random = CounterRandom(seed: 5, path: ["arrival"])
    var pieces: [(key: NodeKey, rest: ArraySlice<Bar>)] = base.keys.map {
      ($0, Array(base.history.series($0))[...])
    }
    // One node's bars at a time, in pieces, slow timeframes before or after fast ones.
    while !pieces.isEmpty {
      let index = random.below(pieces.count)
      let piece = pieces[index].rest.prefix(1 + random.below(900))
      _ = try await graph.advance([pieces[index].key: Array(piece)], at: [], workers: 2)
      pieces[index].rest = pieces[index].rest.dropFirst(piece.count)
      if pieces[index].rest.isEmpty { pieces.remove(at: index) }
    }
    let times = base.outcome.steps.map(base.outcome.grid.knownAt)
    let output = try await graph.advance([:], at: times, workers: 2)
    for ((symbol, signals), (_, expected)) in zip(output.symbols, base.outcome.signals) {
      #expect(
        Trace(symbol, expected).firstDifference(from: Trace(symbol, signals)) == nil)
    }
  }

  @Test(arguments: [Timeframe.h2, .h4, .h8, .h12, .d1, .w1])
  func `a resampled bar holds all its slots and is there from its close on`(
    timeframe: Timeframe
  ) throws {
    for symbol in GeneratedMarket.symbols {
      let fine = Laboratory.market.series(symbol)
      let coarse = fine.resampled(to: timeframe)
      #expect(coarse.count > 20)
      let wrong = coarse.indices.first { index in
        let bar = coarse[index]
        let end = bar.time + timeframe.milliseconds
        let slots = fine.filter { $0.time >= bar.time && $0.time < end }
        guard let first = slots.first, let last = slots.last else { return true }
        let volume = slots.reduce(0) { $0 + $1.volume }
        return bar.open != first.open || bar.close != last.close
          || bar.high != slots.map(\.high).max() || bar.low != slots.map(\.low).min()
          || abs(bar.volume / volume - 1) > 1e-12 || coarse.knownAt(index) != end
          || coarse.countKnown(at: end - 1) != index || coarse.countKnown(at: end) != index + 1
      }
      #expect(wrong == nil, "\(symbol) at \(wrong.map { coarse[$0].time.description } ?? "")")
    }
  }
}
