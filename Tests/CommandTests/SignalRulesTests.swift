import Foundation
import Testing

/// A portfolio whose positions a column opens and stops close, against the equity on which a plain loop,
/// backtrader, vectorbt and NautilusTrader agree to 1e-11. The curves lie beside the repository.
private let oracle = Program.repository.deletingLastPathComponent()
  .appendingPathComponent("shared/oracle/engine")

private let hasOracle = FileManager.default.fileExists(atPath: oracle.path)

@Suite(
  .enabled(if: hasOracle, "skipped: the golden curves in ../shared/oracle/engine are not here"))
struct SignalRulesTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    for name in ["tiny3x60", "d10x2500"] {
      try place.good("ingest", oracle.appendingPathComponent("input/\(name)_ohlcv.csv").path)
    }
  }

  private func write(_ timeframe: String, _ count: Int) throws {
    let symbols = (0..<count).map { "S0\($0)" }.joined(separator: ", ")
    try place.write(
      """
      symbols: [\(symbols)]
      timeframes: {\(timeframe): 1}
      market: crypto
      capital: {cash: 1000000}
      costs: {commission: 0.001, slippage: 0.0005}
      entry: {signal: entry}
      sizing: {rule: notional, notional: 10000}
      exit: {stop: 0.05, trailing: 0.08}

      """, to: "rules.yaml")
  }

  private func run(_ timeframe: String, _ count: Int, _ extra: String...) throws -> ProgramRun {
    try write(timeframe, count)
    return try place.bare(["backtest", "rules.yaml", "--db", "bars.sqlite"] + extra)
  }

  @Test(arguments: [("tiny3x60", "1h", 3), ("d10x2500", "1d", 10)])
  func `stops on closes give the equity that four engines agree on`(
    name: String, timeframe: String, count: Int
  ) throws {
    let run = try run(timeframe, count, "--equity", "out.csv", "--json")
    try #require(run.status == 0, "\(run.testDescription)")
    let expected = try rows(
      String(
        contentsOf: oracle.appendingPathComponent("\(name)__stp.csv"), encoding: .utf8))
    let found = try rows(place.read("out.csv"))
    try #require(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      #expect(found.time == expected.time)
      #expect(abs(found.equity / expected.equity - 1) < 1e-9, "at \(found.time)")
    }
    #expect(Set(found.map(\.equity)).count > 10)
    if name == "d10x2500" { #expect(try run.object()["fills"] as? Int == 692) }
  }

  @Test func `stops within the bar are another run, and say so`() throws {
    let closes = try run("1d", 10, "--json").object()
    let intrabar = try run("1d", 10, "--json", "--set", "exit.intrabar=true").object()
    #expect(closes["runHash"] as? String != intrabar["runHash"] as? String)
    let plain = try run("1d", 10)
    #expect(plain.output.contains("opened 3") && plain.output.contains("run hash "))
  }

  @Test func `what a column cannot do is refused`() throws {
    try write("1d", 10)
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

  private func rows(_ text: String) throws -> [(time: Int64, equity: Double)] {
    try text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",")
      return (try #require(Int64(fields[0])), try #require(Double(fields[1])))
    }
  }
}
