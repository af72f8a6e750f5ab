import Foundation
import Testing

/// What `backtest` says of the second engine, with given weights and with a column.
@Suite struct SecondEngineTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    // A signal at each eleventh bar, at a close of 110; the stop fires two bars later, at 102.
    var text = ""
    for (index, line) in hourlyBars(60).split(separator: "\n").enumerated() {
      text += "\(line),\(index == 0 ? "go,split" : index % 11 == 3 ? "1,1" : "0,1")\n"
    }
    try place.write(text, to: "A-1h.csv")
    try place.write(hourlyBars(60, from: 40), to: "B-1h.csv")
    try place.good("ingest", "A-1h.csv", "B-1h.csv")
    try place.write("symbols: [A, B]\ntimeframes: {1h: 1}\nmarket: crypto\n", to: "p.yaml")
    try place.write("decision_bar_index,A,B\n3,0.5,0.4\n10,0,0.9\n", to: "w.csv")
    try place.write(
      """
      symbols: [A]
      timeframes: {1h: 1}
      market: crypto
      entry: {signal: go}
      sizing: {rule: notional, notional: 10000}
      exit: {stop: 0.05}

      """, to: "rules.yaml")
  }

  private static let commands = [["p.yaml", "--weights", "w.csv"], ["rules.yaml"]]

  private func run(_ command: [String], _ extra: String...) throws -> ProgramRun {
    let run = try place.bare(["backtest"] + command + ["--db", "bars.sqlite"] + extra)
    try #require(run.status == 0, "\(run.testDescription)")
    return run
  }

  @Test(arguments: commands)
  func `the result says that a second engine agrees, and how closely`(command: [String]) throws {
    let run = try run(command)
    let lines = run.outputLines.filter { $0.contains("a second engine came to the same curve") }
    #expect(lines.count == 1, "\(run.testDescription)")
    let object = try self.run(command, "--json").object()
    #expect(try #require(object["fills"] as? Int) > 3)
    let second = try #require(object["secondEngine"] as? [String: Any])
    #expect(try #require(second["largestDifference"] as? Double) < 1e-12)
    #expect(second["keptBy"] is NSNull)
    #expect(second["note"] as? String == lines.first.map(String.init))
  }

  @Test(arguments: commands, ["costs.impact=0.1", "capital.splits=split"])
  func `a setting that only the step loop knows is named, and is no failure`(
    command: [String], setting: String
  ) throws {
    let command = command.first == "p.yaml" ? ["one.yaml", "--weights", "one.csv"] : command
    // The column of splits is in the bars of A alone.
    try place.write("symbols: [A]\ntimeframes: {1h: 1}\nmarket: crypto\n", to: "one.yaml")
    try place.write("decision_bar_index,A\n3,0.5\n10,0\n", to: "one.csv")
    let name = try #require(setting.split(separator: "=").first)
    let note = "no second engine has checked this: '\(name)' is for the step loop alone"
    let run = try run(command, "--set", setting)
    #expect(run.outputLines.contains { $0 == note }, "\(run.testDescription)")
    #expect(run.errors.isEmpty, "\(run.testDescription)")
    let object = try self.run(command, "--set", setting, "--json").object()
    let second = try #require(object["secondEngine"] as? [String: Any])
    #expect(second["largestDifference"] is NSNull && second["keptBy"] as? String == String(name))
    #expect(second["note"] as? String == note)
  }

  @Test func `stops within the bar are for the step loop alone`() throws {
    let run = try run(["rules.yaml"], "--set", "exit.intrabar=true")
    #expect(run.output.contains("'exit.intrabar' is for the step loop alone"))
  }

  #if PLANTED_DEFECTS
    private static let lacksDefects = false
  #else
    private static let lacksDefects = true
  #endif

  /// The step loop forgets the fee of a sale: the first is at the open of bar 11, and of bar 5.
  @Test(
    .disabled(if: lacksDefects, "built without planted defects; `make test` builds with them"),
    arguments: zip(commands, ["2010-01-01T12:00Z", "2010-01-01T06:00Z"]))
  func `a result on which two engines do not agree is neither shown, written nor counted`(
    command: [String], close: String
  ) throws {
    let wrong = try Program.run(
      ["backtest"] + command + ["--db", "bars.sqlite", "--equity", "out.csv"], in: place.folder,
      environment: ["REGIMEFOLIO_DEFECT": "unbooked-fee"])
    expectFailure(wrong, naming: "two engines do not agree", "at \(close) equity is ")
    #expect(!place.holds("out.csv"))
    #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == 0)
    _ = try run(command, "--equity", "out.csv")
    #expect(place.holds("out.csv"))
    let counted: Int64 = command.first == "rules.yaml" ? 1 : 0
    #expect(try rowCounts(of: place.url("bars.sqlite"))["trial"] == counted)
  }
}
