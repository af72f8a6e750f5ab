import ArgumentParser
import Foundation
import Market
import Report
import Research
import Store

struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List, check, export and resample the bars of the database.",
    subcommands: [List.self, Check.self, Export.self, Resample.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the series.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let series = try common.openForReading().series()
      if common.json {
        try Output.text(
          JSONValue.array(
            series.map { info in
              .object([
                "symbol": .string(info.symbol.name), "timeframe": .string(info.timeframe.name),
                "calendar": .string(info.calendar.rawValue), "bars": .integer(Int64(info.count)),
                "first": .string(info.first.description), "last": .string(info.last.description),
              ])
            }
          ).text)
        return
      }
      if series.isEmpty { common.note("\(common.db) holds no bars") }
      for info in series {
        let extras = info.extras.isEmpty ? "" : ", columns \(info.extras.joined(separator: " "))"
        try Output.line(
          "\(info.symbol) \(info.timeframe): \(info.count) bars, \(info.first) to \(info.last), "
            + "\(info.calendar.rawValue)\(extras)")
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Verify every series' digests and list gaps, flat bars and the largest moves.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let database = try common.openForReading()
      try database.checkStructure()
      var checks: [JSONValue] = []
      for info in try database.series() {
        let check = DataCheck(try database.bars(info.symbol, info.timeframe))
        for name in info.extras { _ = try database.extra(info.symbol, info.timeframe, name) }
        checks.append(DataCheckText.json(check))
        if !common.json { for line in DataCheckText.lines(check) { try Output.line(line) } }
      }
      if common.json { try Output.text(JSONValue.array(checks).text) }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write a series as CSV; it reads back to the same bits.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: Timeframe
    @Argument(help: "The file to write.") var file: String

    func run() async throws {
      let count = try common.openForReading().export(
        Symbol(symbol), timeframe, to: file)
      if common.json {
        try Output.text(
          JSONValue.object(["file": .string(file), "bars": .integer(Int64(count))]).text)
      } else {
        try Output.line("wrote \(file): \(counted(count, "bar"))")
      }
    }
  }

  struct Resample: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "resample",
      abstract: "Print a series on a coarser timeframe as CSV, with each bar's coverage.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe to read.") var from: Timeframe
    @Argument(help: "The timeframe to make.") var to: Timeframe

    func run() async throws {
      guard to > from, to.milliseconds % from.milliseconds == 0 else {
        throw Failure("\(to) is not made of several bars of \(from); choose a coarser timeframe")
      }
      let fine = try common.openForReading().bars(Symbol(symbol), from)
      guard fine.calendar.canMake(to) else {
        throw ResearchError.partialSessions(Symbol(symbol), to, from)
      }
      let coarse = fine.resampled(to: to)
      try Output.text(common.json ? BarTable.json(coarse) : BarTable.csv(coarse))
    }
  }
}
