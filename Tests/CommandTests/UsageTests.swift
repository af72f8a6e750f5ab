import Foundation
import Testing

@Suite struct UsageTests {
  private struct Case: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    /// What the first line names.
    var part: String
    /// Whose help is pointed to.
    var command: String

    init(_ arguments: String, _ part: String, of command: String) {
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.part = part
      self.command = command
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  private static let cases = [
    Case("nonsense", "'nonsense'", of: ""),
    Case("data nonsense", "'nonsense'", of: "data"),
    Case("ingest", "<files>", of: "ingest"),
    Case("backtest", "<portfolio>", of: "backtest"),
    Case("backtest p.yaml extra", "'extra'", of: "backtest"),
    Case("backtest p.yaml --weights w.csv --ablation", "--ablation", of: "backtest"),
    Case("backtest p.yaml --weights w.csv --export out", "--export", of: "backtest"),
    Case("backtest p.yaml --variant all --export out", "--export", of: "backtest"),
    Case("ingest --foo bars.csv", "'--foo'", of: "ingest"),
    Case("check p.yaml --workers 0", "--workers", of: "check"),
    Case("check p.yaml --workers abc", "'abc'", of: "check"),
    Case("check p.yaml --db", "--db", of: "check"),
    Case("ingest bars.csv --timeframe 7h", "7h", of: "ingest"),
    Case("ingest bars.csv --timezone CET", "CET", of: "ingest"),
    Case("ingest bars.csv --calendar moon", "moon", of: "ingest"),
    Case("data export A 7h out.csv", "7h", of: "data export"),
    Case("data resample A 1h 7h", "7h", of: "data resample"),
    Case("models show A 7h", "7h", of: "models show"),
    Case("allocate p.yaml --as-of yesterday", "yesterday", of: "allocate"),
    Case("allocate p.yaml --max-age old", "'old'", of: "allocate"),
    Case("allocate p.yaml --dry-run --carry-out", "--carry-out", of: "allocate"),
    Case("allocate p.yaml --holdings h.csv --moved-from q.yaml", "--moved-from", of: "allocate"),
    Case("check p.yaml --profile wild", "wild", of: "check"),
    Case("check p.yaml --set allocation.band", "allocation.band", of: "check"),
  ]

  @Test(arguments: cases)
  private func `a usage error names the value and the command's help`(_ usage: Case) throws {
    let place = try Workplace()
    try place.write(hourlyBars(60), to: "A-1h.csv")
    try place.write("symbols: [A]\ntimeframes: {1h: 1}\nmarket: crypto\n", to: "p.yaml")
    // Where a database matters there is one, so that the argument alone is to blame.
    try place.good("ingest", "A-1h.csv")
    var arguments = usage.arguments
    if usage.command != "", usage.arguments.last != "--db" {
      arguments += ["--db", "bars.sqlite"]
    }
    // A group of commands knows no option.
    if usage.arguments == ["data", "nonsense"] { arguments = usage.arguments }
    expectUsageError(try place.bare(arguments), naming: usage.part, of: usage.command)
  }

  @Test func `an instruction set that there is not is a usage error`() throws {
    let place = try Workplace()
    let run = try Program.run(
      ["check", "p.yaml"], in: place.folder, environment: ["REGIMEFOLIO_ISA": "avx1024"])
    #expect(run.status == 2, "\(run.testDescription)")
    #expect(run.errors.contains("REGIMEFOLIO_ISA=avx1024: this processor has"))
    #expect(run.errors.contains("portable"))
  }

  @Test func `the help names the exit codes that there are`() throws {
    let help = try Workplace().bare(["--help"]).output.split(whereSeparator: \.isWhitespace)
    #expect(
      help.joined(separator: " ").contains(
        "0 good, 1 a failure you can mend, 2 a usage error, 75 try again."))
  }

  @Test func `a misspelt command is told from a stray argument`() throws {
    let run = try Workplace().bare(["trian", "p.yaml"])
    expectUsageError(run, naming: "'trian'", of: "")
    #expect(run.errors.split(separator: "\n")[0].contains("'train'"), "\(run.testDescription)")
  }

  @Test func `a bad --set names key, value and the nearest key`() throws {
    let place = try Workplace()
    try place.write("symbols: [A]\ntimeframes: {1h: 1}\n", to: "p.yaml")
    func check(_ set: String) throws -> ProgramRun {
      try place.run("check", "p.yaml", "--set", set)
    }
    let unknown = try check("entry.tresholds=1")
    #expect(unknown.status == 2, "\(unknown.testDescription)")
    #expect(unknown.errors.contains("--set entry.tresholds=1: unknown key 'tresholds'"))
    #expect(unknown.errors.contains("did you mean 'threshold'?"))
    let word = try check("costs.commission=abc")
    #expect(word.status == 2, "\(word.testDescription)")
    #expect(word.errors.contains("--set costs.commission=abc"))
    #expect(word.errors.contains("a fraction from 0 to 0.1"))
    let range = try check("costs.commission=0.5")
    #expect(range.status == 2, "\(range.testDescription)")
    #expect(range.errors.contains("'costs.commission' must be"))
  }

  @Test func `help and version go to stdout and are good`() throws {
    let place = try Workplace()
    for arguments in [["--help"], ["help", "backtest"], ["allocate", "--help"], ["--version"]] {
      let run = try place.bare(arguments)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.testDescription)")
      #expect(run.output.hasSuffix("\n") && run.output.count > 10, "\(run.testDescription)")
    }
    #expect(try place.bare(["--version"]).output.hasPrefix("regimefolio "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path).isEmpty)
  }

  @Test func `every command's help names it and the options of all`() throws {
    let place = try Workplace()
    for command in [
      "init", "ingest", "data list", "data check", "data export", "data resample", "check",
      "train", "models list", "models show", "models activate", "signals", "backtest", "allocate",
      "report", "verify", "demo", "simulate", "evidence",
    ] {
      let run = try place.bare(command.split(separator: " ").map(String.init) + ["--help"])
      #expect(run.status == 0, "\(run.testDescription)")
      #expect(run.output.contains("USAGE: regimefolio \(command) "), "\(run.testDescription)")
      for option in ["--db", "--models", "--json", "--quiet", "--workers"] {
        #expect(run.output.contains(option), "\(command): \(option)")
      }
    }
  }
}
