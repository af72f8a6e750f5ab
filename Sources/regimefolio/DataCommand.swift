import ArgumentParser
import Foundation
import Market
import Report
import Store

struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List, check, export and resample the bars of the database.",
    subcommands: [List.self, Check.self, Export.self, Resample.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the series.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let series = try common.openForReading().series()
      if common.json {
        print(
          JSONValue.array(
            series.map { info in
              .object([
                "symbol": .string(info.symbol.name), "timeframe": .string(info.timeframe.name),
                "calendar": .string(info.calendar.rawValue), "bars": .integer(Int64(info.count)),
                "first": .string(info.first.description), "last": .string(info.last.description),
              ])
            }
          ).text, terminator: "")
        return
      }
      for info in series {
        let extras = info.extras.isEmpty ? "" : ", columns \(info.extras.joined(separator: " "))"
        print(
          "\(info.symbol) \(info.timeframe): \(info.count) bars, \(info.first) to \(info.last), "
            + "\(info.calendar.rawValue)\(extras)")
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify every series' digests and list gaps, flat bars and the largest moves.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
      let database = try common.openForReading()
      try database.checkStructure()
      for info in try database.series() {
        let check = DataCheck(try database.bars(info.symbol, info.timeframe))
        print("\(info.symbol) \(info.timeframe): \(check.count) bars, digests good")
        if let gap = check.longestGap {
          print(
            "  \(check.missingBars) bars missing in \(check.gaps.count) gaps, the longest "
              + "\(gap.missing) after \(gap.after)")
        }
        print("  \(check.zeroVolumeBars) without volume, \(check.flatBars) flat")
        for move in check.largestMoves.prefix(3) {
          let percent = (move.change * 1000).rounded() / 10
          print("  moved \(percent) % at \(move.time): \(move.from) to \(move.to)")
        }
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a series as CSV; it reads back to the same bits.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: String
    @Argument(help: "The file to write.") var file: String

    func run() async throws {
      let count = try common.openForReading().export(
        Symbol(symbol), try Timeframe.named(timeframe), to: file)
      print("wrote \(file): \(count) bars")
    }
  }

  struct Resample: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a series on a coarser timeframe as CSV, with each bar's coverage.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe to read.") var from: String
    @Argument(help: "The timeframe to make.") var to: String

    func run() async throws {
      let (source, target) = (try Timeframe.named(from), try Timeframe.named(to))
      guard target > source, target.milliseconds % source.milliseconds == 0 else {
        throw Failure("\(to) is not a multiple of \(from); choose a coarser timeframe")
      }
      let series = try common.openForReading().bars(Symbol(symbol), source)
      print("time,open,high,low,close,volume,coverage")
      let coarse = series.resampled(to: target)
      for index in 0..<coarse.count {
        let bar = coarse[index]
        print(
          "\(bar.time),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume),"
            + "\(coarse.coverage[index])")
      }
    }
  }
}
