import Foundation
import Testing

/// A portfolio whose positions a column opens and stops close.
@Suite struct SignalRulesTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    for golden in GoldenCase.present { try place.good("ingest", golden.bars) }
  }

  private func write(_ golden: GoldenCase) throws {
    try place.write(
      """
      symbols: [\(golden.symbols.joined(separator: ", "))]
      timeframes: {\(golden.timeframe): 1}
      market: crypto
      capital: {cash: 1000000}
      costs: {commission: 0.001, slippage: 0.0005}
      entry: {signal: entry}
      sizing: {rule: notional, notional: 10000}
      exit: {stop: 0.05, trailing: 0.08}

      """, to: "rules.yaml")
  }

  private func run(_ golden: GoldenCase, _ extra: String...) throws -> ProgramRun {
    try write(golden)
    return try place.bare(["backtest", "rules.yaml", "--db", "bars.sqlite"] + extra)
  }

  @Test(arguments: GoldenCase.present)
  func `stops on closes give the equity that four programs agree on`(golden: GoldenCase) throws {
    let run = try run(golden, "--equity", "out.csv", "--json")
    try #require(run.status == 0, "\(run.testDescription)")
    try golden.expect(place.read("out.csv"), is: "stp")
    #expect(try run.object()["fills"] as? Int == golden.fillsWithStops)
  }

  @Test func `stops within the bar are another run, and say so`() throws {
    let closes = try run(.tiny3x60, "--json").object()
    let intrabar = try run(.tiny3x60, "--json", "--set", "exit.intrabar=true").object()
    #expect(closes["runHash"] as? String != intrabar["runHash"] as? String)
    let plain = try run(.tiny3x60)
    #expect(plain.output.contains("opened 3 positions over 60 bars of 1h"))
    #expect(plain.output.contains("run hash "))
  }

  @Test func `what a column cannot do is refused`() throws {
    try write(.tiny3x60)
    func refusal(_ set: String) throws -> String {
      let refused = try place.bare(
        ["backtest", "rules.yaml", "--db", "bars.sqlite", "--set", set])
      #expect(refused.status != 0, "\(refused.testDescription)")
      return refused.errors
    }
    #expect(try refusal("entry.signal=entri").contains("has no column 'entri'"))
    #expect(try refusal("sizing.rule=allocation").contains("'sizing.rule'"))
    #expect(try refusal("exit.atr_stop=2").contains("'exit.atr_stop' needs a model's signals"))
    for option in [["--export", "out"], ["--ablation"], ["--variant", "conservative"]] {
      let refused = try place.bare(["backtest", "rules.yaml", "--db", "bars.sqlite"] + option)
      #expect(refused.status == 1 && refused.errors.contains("'entry.signal' has no report"))
    }
    let trained = try place.bare(["train", "rules.yaml", "--db", "bars.sqlite"])
    #expect(trained.status == 1 && trained.errors.contains("'entry.signal'"))
  }
}
