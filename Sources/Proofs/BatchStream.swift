import Kernels
import Market
import Research
import SignalGraph
import Signals

/// Promise 3: a node says the same in whatever pieces its bars come, and so does the whole graph.
public enum BatchStream {
  /// How many bars each message carries.
  public enum Feed: String, CaseIterable, Sendable {
    case oneByOne = "bar by bar"
    case sevens = "in sevens"
    case thousands = "in thousands"
    case odd = "in odd chunks"

    /// The bars of each message.
    public func chunks(_ count: Int) -> [Range<Int>] {
      var random = CounterRandom(seed: 3, path: ["feed"])
      var chunks: [Range<Int>] = []
      var first = 0
      while first < count {
        let length =
          switch self {
          case .oneByOne: 1
          case .sevens: 7
          case .thousands: 1000
          case .odd: 1 + random.below(300)
          }
        chunks.append(first..<min(count, first + length))
        first += length
      }
      return chunks
    }
  }

  /// Every node, fed in pieces, against one batch and against what the backtest heard.
  public static func nodes(_ subject: Subject, fed feed: Feed) async -> Proof {
    var proof = Proof(
      .batchEqualsStream, "nodes fed \(feed.rawValue)", subject: subject.name,
      compared: "signals of nodes")
    do {
      let compared = try await concurrentMap(subject.keys, workers: subject.workers) { key in
        compare(subject, key, feed)
      }
      for (values, difference) in compared {
        proof.values += values
        if let difference { proof.fail(difference) }
      }
    } catch {
      proof.fail("\(error)")
    }
    return proof
  }

  private static func compare(_ subject: Subject, _ key: NodeKey, _ feed: Feed) -> (
    values: Int, difference: String?
  ) {
    let bars = subject.bars(key)
    var node = subject.node(key)
    var pieces: [NodeSignal] = []
    for chunk in feed.chunks(bars.count) { pieces += node.advance(bars[chunk]) }
    let heard = subject.outcome.nodes.first { $0.key == key }?.signals ?? []
    let trace = Trace(key, heard)
    var difference = trace.firstDifference(from: Trace(key, pieces))
    if difference == nil, feed == .oneByOne {
      var batch = subject.node(key)
      difference = Trace(key, batch.advance(bars)).firstDifference(from: trace)
    }
    return (trace.values, difference)
  }

  /// The whole graph fed as the market would feed it: slow bars are made on the way, as they close.
  public static func live(_ subject: Subject) async -> Proof {
    var proof = Proof(
      .batchEqualsStream, "the graph fed live, slow bars made as they close",
      subject: subject.name, compared: "signals of nodes and symbols")
    do {
      let graph = PortfolioGraph(subject.portfolio, history: subject.history)
        .signals(subject.backtest.schedule)
      var feed = LiveFeed(subject.history, subject.keys)
      let (grid, steps) = (subject.outcome.grid, subject.outcome.steps)
      var symbols = subject.outcome.signals.map { Trace.Track($0.symbol, []) }
      var nodes = subject.outcome.nodes.map { Trace.Track($0.key, []) }
      for step in 0..<steps.upperBound {
        let now = grid.knownAt(step)
        let wanted = steps.contains(step) ? [now] : []
        let said = try await graph.advance(feed.bars(closedBy: now), at: wanted, workers: 1)
        for (index, part) in said.nodes.enumerated() { nodes[index].append(part.signals) }
        for (index, part) in said.symbols.enumerated() { symbols[index].append(part.signals) }
      }
      let end = subject.plan.folds.serving.testFrom
      let rest = try await graph.advance(feed.bars(closedBy: end), at: [], workers: 1)
      for (index, part) in rest.nodes.enumerated() { nodes[index].append(part.signals) }
      let batch = Trace(
        subject.outcome.nodes.map { Trace.Track($0.key, $0.signals) }
          + subject.outcome.signals.map { Trace.Track($0.symbol, $0.signals) })
      proof.values = batch.values
      if let difference = batch.firstDifference(from: Trace(nodes + symbols)) {
        proof.fail(difference)
      }
    } catch {
      proof.fail("the live run ended with an error: \(error)")
    }
    return proof
  }
}
