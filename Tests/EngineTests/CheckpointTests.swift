import Engine
import Foundation
import Market
import Signals
import Testing
import Trading

/// A run that is put away as bytes between two steps and taken up again.
@Suite struct CheckpointTests {
  private func copied<Value: Codable>(_ value: Value) throws -> Value {
    let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(Value.self, from: encoder.encode(value))
  }

  @Test func `a resumed run ends in the same bytes, wherever it was interrupted`() async throws {
    try await expectAll(0..<300) { one in
      let (run, loop) = try await one.run()
      var state = loop.start(at: 0)
      for end in [run.times.count / 3, run.times.count / 2, run.times.count] {
        try await loop.advance(&state, to: end, one.decisionMaker)
        state = try copied(state)
      }
      let isSame =
        state.run.hash == run.hash && state.run.fills == run.fills && state.run.book == run.book
      return isSame ? [] : ["another run after it was resumed"]
    }
  }

  @Test func `rules go on from what they remembered`() throws {
    for seed in 0..<50 {
      let grid = GeneratedMarket(seed: seed).grid
      let columns = grid.symbols.indices.map { symbol in
        var column = ExtraColumn(name: "go")
        for step in grid.times.indices where grid.bar(symbol, at: step) != nil {
          column.append(step % 5 == 0 ? 1 : 0, knownAt: grid.knownAt(step))
        }
        return column
      }
      var exit = ExitSettings()
      exit.maxBars = .all(7)
      exit.stop = 0.02
      exit.intrabar = seed % 2 == 0
      var size = PositionSizeSettings()
      size.rule = .fixed
      func rules() -> SignalRules {
        SignalRules(
          signals: columns, entry: Array(repeating: EntrySettings(), count: columns.count),
          exit: Array(repeating: exit, count: columns.count), size: size,
          bases: Array(repeating: 0.2, count: columns.count))
      }
      let loop = StepLoop(grid: grid, costs: CostSettings(), capital: CapitalSettings())
      let whole = try loop.run(0..<grid.times.count, rules())
      var state = loop.start(at: 0)
      var first = rules()
      try loop.advance(&state, to: grid.times.count / 2, &first)
      var second = rules()
      second.resume(try copied(first.state))
      state = try copied(state)
      try loop.advance(&state, to: grid.times.count, &second)
      #expect(state.run == whole)
      #expect(whole.fills.contains { $0.reason == "exit: time" })
    }
  }
}
