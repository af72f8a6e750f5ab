import Foundation
import Testing

/// What a command says when the portfolio or its bars are not good enough.
@Suite struct PortfolioFailureTests {
  private let place: Workplace

  private static let workspaceCommands = ["train", "backtest", "allocate", "signals", "report"]

  init() throws { place = try Workplace() }

  private func write(symbols: String = "[A]", timeframes: String = "{1h: 1}", _ rest: String = "")
    throws
  {
    try place.write(
      "symbols: \(symbols)\ntimeframes: \(timeframes)\nmarket: crypto\n\(rest)", to: "p.yaml")
  }

  private func ingest(_ bars: Int, _ symbol: String = "A") throws {
    try place.write(hourlyBars(bars), to: "\(symbol)-1h.csv")
    try place.good("ingest", "\(symbol)-1h.csv")
  }

  @Test(arguments: ["check"] + workspaceCommands)
  func `a missing portfolio file is named with the command that writes one`(command: String)
    throws
  {
    try ingest(48)
    expectFailure(
      try place.run(command, "nope.yaml"), naming: "nope.yaml: ", "no such file",
      "regimefolio init")
  }

  @Test func `a folder, an empty file and broken YAML are told apart`() throws {
    expectFailure(try place.run("check", "."), naming: ".: ", "directory")
    try place.write("", to: "empty.yaml")
    expectFailure(try place.run("check", "empty.yaml"), naming: "empty.yaml:1:1", "empty")
    try place.write("symbols: [A, B\ntimeframes: {1h: 1}\n", to: "broken.yaml")
    expectFailure(try place.run("check", "broken.yaml"), naming: "broken.yaml:2:", "YAML")
  }

  @Test func `an unknown key is named with line, column and the nearest name`() throws {
    try write("entry:\n  tresholds: 0.5s\n")
    expectFailure(
      try place.run("check", "p.yaml"), naming: "p.yaml:5:3", "unknown key 'tresholds' in 'entry'",
      "did you mean 'threshold'?")
  }

  @Test func `an impossible value is named with line and column and what is possible`() throws {
    try write("costs: {commission: free}\n")
    expectFailure(
      try place.run("check", "p.yaml"), naming: "p.yaml:4:", "'costs.commission'", "'free'",
      "from 0 to 0.1")
  }

  @Test(arguments: ["1e-9", "1000000w"], ["check", "backtest"])
  func `an impossible time between decisions is refused before anything runs`(
    every: String, command: String
  ) throws {
    try ingest(48)
    try write("allocation: {every: \(every)}\n")
    expectFailure(try place.run(command, "p.yaml"), naming: "p.yaml:4:21", "'allocation.every'")
  }

  @Test(arguments: workspaceCommands)
  func `a symbol without bars is named, with what there is and how to get it`(command: String)
    throws
  {
    try ingest(48)
    try write(symbols: "[A, DOGE]")
    expectFailure(
      try place.run(command, "p.yaml"), naming: "p.yaml", "DOGE", "bars.sqlite", "holds A;",
      "regimefolio ingest FILE --symbol 'DOGE'")
  }

  @Test(arguments: workspaceCommands)
  func `without a database each command says how to make one and makes none`(command: String)
    throws
  {
    try write()
    expectFailure(
      try place.run(command, "p.yaml"), naming: "bars.sqlite: no such database",
      "regimefolio ingest")
    #expect(!place.holds("bars.sqlite"), "\(command) made an empty database")
  }

  @Test func `without a database there is nothing to list, check, export or start from`() throws {
    for command in [
      ["data", "list"], ["data", "check"], ["data", "export", "A", "1h", "out.csv"],
      ["data", "resample", "A", "1h", "4h"], ["init", "new.yaml"],
    ] {
      let run = try place.bare(command + ["--db", "bars.sqlite"])
      expectFailure(run, naming: "bars.sqlite: no such database", "regimefolio ingest")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path).isEmpty)
  }

  @Test(arguments: workspaceCommands)
  func `too little history is named with what is needed`(command: String) throws {
    try ingest(100)
    try write()
    expectFailure(
      try place.run(command, "p.yaml"), naming: "A 1h", "bars up to the training end",
      "120 needed", "split.start")
  }

  @Test func `a timeframe finer than the bars is named with the bars there are`() throws {
    try ingest(100)
    try write(timeframes: "{15m: 1}")
    expectFailure(try place.run("train", "p.yaml"), naming: "A", "15m", "regimefolio ingest")
  }

  @Test func `a first test window outside the bars is named with their range`() throws {
    try ingest(700)
    try write("split: {start: 2019-01-01}\n")
    expectFailure(
      try place.run("train", "p.yaml"), naming: "2019-01-01T00:00Z", "2010-01-01T00:00Z",
      "split.start")
  }

  @Test func `a folder for the models that cannot be made is named`() throws {
    try ingest(700)
    try write("split: {folds: 1, inner_folds: 0}\nregime: {restarts: 1}\n")
    try place.write("a file", to: "taken")
    let run = try place.run("train", "p.yaml", models: "taken")
    expectFailure(run, naming: "taken/", "permissions")
  }

  @Test func `no model of a series is said as such`() throws {
    try ingest(48)
    expectFailure(try place.run("models", "show", "A", "1h"), naming: "A 1h", "train")
    expectFailure(
      try place.run("models", "activate", "A", "1h", "abc"), naming: "A 1h", "abc",
      "regimefolio models list")
  }
}
