import Engine
import Foundation
import Kernels
import Market
import SignalGraph
import Signals
import Testing
import Trading

/// A portfolio that is put away as bytes between two steps and taken up again by another process, which
/// has nothing but these bytes, the portfolio, its bars and its signals.
@Suite struct PortfolioCheckpointTests {
  private struct Checkpoint: Codable {
    var account: EngineState
    var memory: AllocatorState.Memory
  }

  private func bytes(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(value)
  }

  private func checkpoint(_ data: Data) throws -> Checkpoint {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(Checkpoint.self, from: data)
  }

  @Test func `a portfolio that is resumed ends in the same bytes, wherever it was interrupted`()
    async throws
  {
    var reasons: Set<String> = []
    var outcomes: Set<DecisionOutcome> = []
    for seed in 0..<400 {
      let one = try PortfolioCase(seed: seed)
      let end = one.loop.grid.times.count
      let whole = try one.portfolio()
      var account = one.loop.start(at: 0)
      try await one.loop.advance(&account, to: end, whole)

      var random = CounterRandom(seed: UInt64(seed), path: ["interruptions"])
      let stops = (0..<4).map { _ in random.below(end) }.sorted() + [end]
      let unasked = try one.portfolio()
      var kept = Checkpoint(account: one.loop.start(at: 0), memory: await unasked.state)
      var decisions: [PortfolioDecision] = []
      for stop in stops {
        kept = try checkpoint(bytes(kept))
        let next = try one.portfolio()
        await next.resume(kept.memory, after: kept.account.run)
        try await one.loop.advance(&kept.account, to: stop, next)
        kept.memory = await next.state
        decisions += await next.decisions
      }

      #expect(kept.account.run.hash == account.run.hash, "seed \(seed)")
      #expect(kept.account.run.fills == account.run.fills, "seed \(seed)")
      let uninterrupted = await whole.decisions
      #expect(decisions == uninterrupted, "seed \(seed)")
      let last = Checkpoint(account: account, memory: await whole.state)
      #expect(try bytes(kept) == bytes(last), "seed \(seed)")
      reasons.formUnion(account.run.fills.map(\.reason))
      for decision in decisions { outcomes.formUnion(decision.outcomes) }
    }
    // What is remembered is worth nothing where it is not used.
    let fired = reasons.filter { $0.hasPrefix("exit: ") }.map { String($0.dropFirst(6)) }
    #expect(
      Set(fired).isSuperset(of: [
        "target", "ATR target", "stop", "trailing stop", "ATR stop", "sigma stop",
        "ATR trailing stop", "time", "regime change", "reversal", "low confidence",
        "average cross", "RSI", "Bollinger band", "three gains",
      ]), "\(fired.sorted())")
    #expect(outcomes.isSuperset(of: [.afterExit, .afterStop, .traded, .insideBand]))
  }

  @Test func `readings are put away with what they are of`() async throws {
    // The averages at entry are what a cross is judged by.
    var found = 0
    for seed in 0..<40 {
      let one = try PortfolioCase(seed: seed)
      let portfolio = try one.portfolio()
      var account = one.loop.start(at: 0)
      try await one.loop.advance(&account, to: 60, portfolio)
      let memory = await portfolio.state
      let text = String(decoding: try bytes(memory), as: UTF8.self)
      if text.contains("\"asked\":[{") { found += 1 }
      let decoded = try JSONDecoder().decode(
        AllocatorState.Memory.self, from: JSONEncoder().encode(memory))
      #expect(decoded == memory)
    }
    #expect(found > 10)
  }

  @Test func `readings without their values are refused`() throws {
    let text = #"{"asked":[{"close":{}}],"values":[]}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Readings.self, from: Data(text.utf8))
    }
  }
}
