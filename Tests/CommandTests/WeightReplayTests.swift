import Foundation
import Testing

@Suite struct WeightReplayTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    // One database holds all: three symbols hourly, and ten daily under the same names.
    for golden in GoldenCase.present { try place.good("ingest", golden.bars) }
  }

  private func replay(
    _ golden: GoldenCase, symbols: [String], weights: String, _ extra: String...
  ) throws -> ProgramRun {
    try place.write(
      "symbols: [\(symbols.joined(separator: ", "))]\ntimeframes: {\(golden.timeframe): 1}\n"
        + "market: crypto\n", to: "\(golden).yaml")
    let run = try place.bare(
      [
        "backtest", "\(golden).yaml", "--db", "bars.sqlite", "--weights", weights, "--set",
        "capital.cash=1000000", "--set", "costs.commission=0.001", "--set",
        "costs.slippage=0.0005",
      ] + extra)
    try #require(run.status == 0, "\(run.testDescription)")
    return run
  }

  @Test(arguments: GoldenCase.present)
  func `replayed weights give the equity that four programs agree on`(golden: GoldenCase) throws {
    _ = try replay(
      golden, symbols: golden.symbols, weights: golden.weights, "--equity", "out.csv")
    try golden.expect(place.read("out.csv"), is: "rwf")
  }

  @Test(arguments: GoldenCase.present)
  func `permuting the symbols and the columns changes no byte of the run`(golden: GoldenCase) throws
  {
    let plain = try replay(
      golden, symbols: golden.symbols, weights: golden.weights, "--json", "--equity", "plain.csv")
    let lines = try String(contentsOfFile: golden.weights, encoding: .utf8).split(separator: "\n")
    let permuted = lines.map { line in
      let fields = line.split(separator: ",")
      return ([fields[0]] + fields.dropFirst().reversed()).joined(separator: ",")
    }
    try place.write(permuted.joined(separator: "\n") + "\n", to: "permuted.csv")
    let other = try replay(
      golden, symbols: golden.symbols.reversed(), weights: "permuted.csv", "--json", "--equity",
      "other.csv")
    let hash = try #require(try plain.object()["runHash"] as? String)
    #expect(hash.count == 64)
    #expect(try other.object()["runHash"] as? String == hash)
    #expect(try place.read("plain.csv") == place.read("other.csv"))
  }

  @Test func `costs and capital are in the run hash`() throws {
    let golden = GoldenCase.tiny3x60
    func hash(_ set: String...) throws -> String {
      let run = try replay(golden, symbols: golden.symbols, weights: golden.weights, "--json")
      let other = try place.bare(
        run.arguments + set.flatMap { ["--set", $0] })
      return try #require(try other.object()["runHash"] as? String)
    }
    let plain = try hash()
    #expect(try hash() == plain)
    #expect(try hash("costs.commission=0.0011") != plain)
    #expect(try hash("capital.cash=1000001") != plain)
  }

  @Test(
    .enabled(
      if: GoldenCase.allArePresent, "the larger golden case is not here: ../shared/oracle/engine"))
  func `hours and days of one name lie beside each other`() throws {
    let list = try #require(
      try place.good("data", "list", "--json").json() as? [[String: Any]])
    #expect(list.count { $0["bars"] as? Int == 60 } == 3)
    #expect(list.count { $0["bars"] as? Int == 2500 } == 10)
  }
}
