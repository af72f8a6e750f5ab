import ArgumentParser
import Foundation
import Market
import Models
import Report

struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List, show and activate model bundles.",
    subcommands: [List.self, Show.self, Activate.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the bundles; * marks the one that serves.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
      var rows: [JSONValue] = []
      for entry in try common.store.list() {
        let isActive = try common.store.active(entry.series, entry.timeframe) == entry.id
        let manifest = try common.store.read(entry.series, entry.timeframe, id: entry.id).manifest
        if common.json {
          rows.append(
            .object([
              "series": .string(entry.series.name), "timeframe": .string(entry.timeframe.name),
              "id": .string(entry.id), "active": .bool(isActive),
              "trainedTo": .string(manifest.training.to),
            ]))
        } else {
          let kind = manifest.spec["forecast"] == "none" ? "regime" : "regime and forecast"
          print(
            "\(isActive ? "*" : " ") \(entry.series) \(entry.timeframe) \(entry.id.prefix(12)) "
              + "to \(manifest.training.to), \(kind)")
        }
      }
      if common.json { print(JSONValue.array(rows).text, terminator: "") }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a bundle's manifest.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: String
    @Argument(help: "The id or its beginning; without one the bundle that serves.") var id: String?

    func run() async throws {
      let (series, frame) = (Symbol(symbol), try Timeframe.named(timeframe))
      let id = try ModelsCommand.find(id, series, frame, common.store)
      let manifest = try common.store.read(series, frame, id: id).manifest
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(manifest), as: UTF8.self))
    }
  }

  struct Activate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a bundle the one that serves.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: String
    @Argument(help: "The id or its beginning.") var id: String

    func run() async throws {
      let (series, frame) = (Symbol(symbol), try Timeframe.named(timeframe))
      let id = try ModelsCommand.find(id, series, frame, common.store)
      try common.store.activate(series, frame, id: id)
      print("\(series) \(frame): \(id.prefix(12)) serves")
    }
  }

  /// The one bundle whose id begins so; the active one for nil.
  private static func find(
    _ beginning: String?, _ series: Symbol, _ timeframe: Timeframe, _ store: ModelStore
  ) throws -> String {
    guard let beginning else {
      guard let active = try store.active(series, timeframe) else {
        throw Failure("no bundle of \(series) \(timeframe) serves; train one first")
      }
      return active
    }
    let found = try store.list().filter {
      $0.series == series && $0.timeframe == timeframe && $0.id.hasPrefix(beginning)
    }
    guard found.count == 1 else {
      throw Failure(
        "\(found.count) bundles of \(series) \(timeframe) begin with \(beginning); "
          + "`regimefolio models list` shows them")
    }
    return found[0].id
  }
}
