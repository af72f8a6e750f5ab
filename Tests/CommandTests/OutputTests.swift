import Foundation
import Testing

extension TrainedPortfolioTests {
  /// What holds for the output of every command.
  @Suite struct OutputTests {
    private static let commands = [
      "ingest BTC-1h.csv ETH-1h.csv", "data list", "data check", "data export BTC 1h out.csv",
      "data resample BTC 1h 4h", "init new.yaml", "check pair.yaml",
      "check pair.yaml --effective", "train pair.yaml", "models list", "models show BTC 1h",
      "models activate BTC 1h SERVING", "signals pair.yaml", "signals pair.yaml --csv out.csv",
      "backtest pair.yaml", "backtest pair.yaml --weights w.csv", "allocate pair.yaml",
      "report pair.yaml",
    ]

    private func run(_ command: String, _ extra: String...) throws -> ProgramRun {
      let place = try TrainedPortfolio.copy()
      try place.write("decision_bar_index,BTC,ETH\n5,0.5,0.25\n", to: "w.csv")
      let serving = try place.read("models/BTC/1h/active")
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let arguments = command.split(separator: " ").map { $0 == "SERVING" ? serving : String($0) }
      return try place.bare(
        arguments + ["--db", "bars.sqlite", "--models", "models"] + extra)
    }

    @Test(arguments: commands)
    func `json is one document with a newline at its end, or the option is refused`(
      command: String
    ) throws {
      let run = try run(command, "--json")
      if run.status == 2 {
        #expect(run.errors.contains("--json"), "\(run.testDescription)")
        return
      }
      #expect(run.status == 0, "\(run.testDescription)")
      #expect(throws: Never.self, "\(run.testDescription)") { try run.json() }
      #expect(run.output.hasSuffix("\n") && !run.output.hasSuffix("\n\n"))
    }

    @Test(arguments: commands)
    func `piped output has no escape codes, no progress and ends its last line`(command: String)
      throws
    {
      let run = try run(command)
      #expect(run.status == 0, "\(run.testDescription)")
      #expect(run.errors.isEmpty, "\(run.testDescription)")
      #expect(run.output.hasSuffix("\n"), "\(run.testDescription)")
      for control in ["\u{1B}", "\r", "\t"] {
        #expect(!run.output.contains(control), "\(command)")
      }
      let words = Set(run.output.split { !$0.isLetter })
      for word in ["nan", "inf", "Optional", "nil"] {
        #expect(!words.contains(Substring(word)), "\(word) in \(command)")
      }
    }

    @Test(arguments: [
      "backtest pair.yaml", "backtest pair.yaml --weights w.csv",
      "allocate pair.yaml",
    ])
    func `json names the run hash at its top`(command: String) throws {
      let hash = try #require(try run(command, "--json").object()["runHash"] as? String)
      #expect(hash.count == 64)
    }
  }
}
