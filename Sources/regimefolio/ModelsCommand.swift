import ArgumentParser
import Foundation
import Market
import Models
import Report
import Research
import SignalGraph

struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List, show, activate, export, import and trace model bundles.",
    subcommands: [
      List.self, Show.self, Activate.self, Export.self, Import.self, Trace.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the bundles; * marks those that serve a portfolio.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
      var rows: [JSONValue] = []
      var damaged = 0
      let entries = try common.store.list()
      if entries.isEmpty {
        common.note("no bundles in \(common.models); `regimefolio train PORTFOLIO` makes them")
      }
      for entry in entries {
        do {
          let isActive = try ModelsCommand.isServing(entry, common.store)
          let bundle = try common.store.read(entry.series, entry.timeframe, id: entry.id)
          if common.json {
            rows.append(ModelsCommand.json(entry, bundle.manifest, isActive: isActive))
          } else {
            try Output.line(ModelsCommand.line(entry, bundle.manifest, isActive: isActive))
          }
        } catch let error as BundleError {
          damaged += 1
          Failure.note("error: \(error)")
        }
      }
      if common.json { try Output.text(JSONValue.array(rows).text) }
      if damaged > 0 { throw ExitCode(1) }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print what a bundle's models are; with --json its manifest.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: Timeframe
    @Argument(help: "The id or its beginning; without one the bundle that was made to serve last.")
    var id: String?

    func run() async throws {
      let (series, frame) = (Symbol(symbol), timeframe)
      let id = try ModelsCommand.find(id, series, frame, common.store)
      let bundle = try common.store.read(series, frame, id: id)
      guard common.json else {
        for line in try ModelSummary.lines(bundle) { try Output.line(line) }
        return
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try Output.line(String(decoding: try encoder.encode(bundle.manifest), as: UTF8.self))
    }
  }

  struct Activate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "activate",
      abstract: "Make a bundle the one that serves the portfolios it has served before.",
      discussion: """
        It serves all whose record it has the gate of; an imported one, which has no record, serves all \
        portfolios of its node until they are trained again.
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The symbol.") var symbol: String
    @Argument(help: "The timeframe.") var timeframe: Timeframe
    @Argument(help: "The id or its beginning.") var id: String

    func run() async throws {
      let (series, frame) = (Symbol(symbol), timeframe)
      let id = try ModelsCommand.find(id, series, frame, common.store)
      guard try ServingModels.activate(NodeKey(series, frame), id: id, store: common.store) else {
        throw Failure(
          "\(id.prefix(12)) of \(series) \(frame) was trained for a fold of a backtest and has no "
            + "gate; only serving bundles can be activated")
      }
      if common.json {
        try Output.text(
          JSONValue.object([
            "series": .string(symbol), "timeframe": .string(frame.name), "id": .string(id),
          ]).text)
      } else {
        try Output.line("\(series) \(frame): \(id.prefix(12)) serves")
      }
    }
  }

  /// Whether a bundle serves a portfolio, or was made to serve last.
  private static func isServing(_ entry: ModelStore.Entry, _ store: ModelStore) throws -> Bool {
    let records: [String?] = try store.activeRecords(entry.series, entry.timeframe)
    return try (records + [nil]).contains {
      try store.active(entry.series, entry.timeframe, record: $0) == entry.id
    }
  }

  /// The one bundle whose id begins so; for nil the one that was made to serve last.
  static func find(
    _ beginning: String?, _ series: Symbol, _ timeframe: Timeframe, _ store: ModelStore
  ) throws -> String {
    guard let beginning else {
      guard let active = try store.active(series, timeframe) else {
        throw Failure(
          "no bundle of \(series) \(timeframe) serves; `regimefolio train PORTFOLIO` makes one")
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

  private static func line(
    _ entry: ModelStore.Entry, _ manifest: BundleManifest, isActive: Bool
  ) -> String {
    let kind = manifest.spec["forecast"] == "none" ? "regime" : "regime and forecast"
    return "\(isActive ? "*" : " ") \(entry.series) \(entry.timeframe) \(entry.id.prefix(12)) "
      + "to \(manifest.training.to), \(kind)"
  }

  private static func json(
    _ entry: ModelStore.Entry, _ manifest: BundleManifest, isActive: Bool
  ) -> JSONValue {
    .object([
      "series": .string(entry.series.name), "timeframe": .string(entry.timeframe.name),
      "id": .string(entry.id), "active": .bool(isActive),
      "trainedTo": .string(manifest.training.to),
    ])
  }
}
