import Foundation
public import Market
public import Research

/// Portfolio files: YAML (JSON is YAML too) in, a resolved `Portfolio` out.
///
/// Three lines are complete; every other key has a default, in this order of precedence: built-in <
/// profile < file < symbol < `--set`. An unknown key, a wrong type or an impossible value is an
/// error that names file, line and column.
public enum PortfolioFile {
  /// Reads and resolves a file.
  ///
  /// - Parameters:
  ///   - overrides: `key=value` each; the value is YAML. `symbol.BTC.exit.stop=0.1` holds for one
  ///     symbol. An override for all symbols also replaces what the file says of single ones.
  ///   - profile: takes the place of the file's profile.
  ///   - calendars: what is known of the instruments. Their calendar chooses `market`, two asset
  ///     classes make the prior `risk_parity`, each only where the file does not say; where there are
  ///     several calendars the file must say the market.
  /// - Returns: the portfolio, named as the file without its extension.
  public static func load(
    path: String, overrides: [String] = [], profile: Portfolio.Profile? = nil,
    calendars: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [:]
  ) throws(PortfolioFileError) -> ResolvedPortfolio {
    try resolve(
      text: try text(of: path), path: path, overrides: overrides, profile: profile,
      calendars: calendars)
  }

  /// Resolves the text of a file; `path` names it in errors and gives the portfolio its name.
  public static func resolve(
    text: String, path: String, overrides: [String] = [], profile: Portfolio.Profile? = nil,
    calendars: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [:]
  ) throws(PortfolioFileError) -> ResolvedPortfolio {
    let place = Place(file: path, line: 1, column: 1)
    guard let root = try YAMLDocument.compose(text, at: place), !root.isEmptyScalar else {
      throw place.error("the file is empty; 'symbols' and 'timeframes' make a portfolio")
    }
    var written = try WrittenSettings(file: root, place)
    var sets: [WrittenSettings] = []
    for override in overrides {
      sets.append(try WrittenSettings(override: override))
    }
    written.overlay(sets)
    let resolution = try Resolution(
      name: name(of: path), written: written, file: place, profile: profile,
      calendars: calendars)
    return ResolvedPortfolio(
      portfolio: resolution.portfolio, origins: resolution.origins, source: path)
  }

  private static func name(of path: String) -> String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }

  private static func text(of path: String) throws(PortfolioFileError) -> String {
    let place = Place(file: path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw place.error("no such file; 'regimefolio init' writes one")
    }
    guard !isDirectory.boolValue else {
      throw place.error("this is a directory, not a portfolio file")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw place.error("cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw place.error("the file is not UTF-8 text")
    }
    return text
  }
}
