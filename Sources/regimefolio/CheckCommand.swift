import Allocation
import ArgumentParser
import Foundation
import Market
import PortfolioFile
import Report
import Research
import Store

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a portfolio file; --effective prints every resolved value.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var portfolio: PortfolioOptions

  @Flag(help: "Print the whole resolved file with the origin of every value.")
  var effective = false

  func run() async throws {
    // The database only tells the calendars; a file can be checked before there is one.
    let known =
      FileManager.default.fileExists(atPath: common.db)
      ? try common.openForReading().series() : []
    let resolved = try Workspace.resolve(portfolio, known: known)
    if common.json {
      try Output.text(
        JSONValue.object([
          "file": .string(portfolio.portfolio), "good": .bool(true),
          "effective": .string(resolved.effectiveYAML()),
        ]).text)
    } else if effective {
      try Output.text(resolved.effectiveYAML())
    } else {
      let own = resolved.portfolio
      try Output.line(
        "\(portfolio.portfolio): good; \(counted(own.symbols.count, "symbol")), "
          + own.timeframes.map { "\($0.timeframe): \($0.weight)" }.joined(separator: ", ")
          + ", profile \(own.profile.rawValue), mode \(own.allocation.mode.rawValue)")
    }
  }
}
