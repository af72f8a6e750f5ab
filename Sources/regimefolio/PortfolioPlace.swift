import Foundation
import Store

/// Where a portfolio's file lies, seen from the folder of the database, by which what was allocated for it is
/// told from what was allocated for another file of its name.
///
/// A project that is moved as a whole, its database with it, keeps its places. No run hash depends on them.
struct PortfolioPlace {
  /// What the portfolio is called.
  let name: String
  /// From the database's folder to the file.
  private let path: String
  private let base: [String]

  init(_ file: String, _ database: BarDatabase) {
    let url = URL(fileURLWithPath: file)
    name = url.deletingPathExtension().lastPathComponent
    let whole = url.resolvingSymlinksInPath().pathComponents
    base = PortfolioPlace.folder(of: database)
    let common = zip(base, whole).prefix { $0 == $1 }.count
    let up = [String](repeating: "..", count: base.count - common)
    path = (up + whole.dropFirst(common)).joined(separator: "/")
  }

  /// Nil for a run that does not say of what file it is, as those of earlier versions do not.
  init?(summaryJSON: String, name: String, _ database: BarDatabase) {
    guard let text = try? JSONDecoder().decode(Text.self, from: Data(summaryJSON.utf8)),
      let file = text.file
    else { return nil }
    self.name = name
    path = file
    base = PortfolioPlace.folder(of: database)
  }

  /// As it stands with a run: `{"file":"../portfolios/crypto.yaml"}`.
  var summaryJSON: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(Text(file: path)), as: UTF8.self)
    }
  }

  /// The file, by its whole path.
  var file: String {
    let folder = base.joined(separator: "/").replacing("//", with: "/")
    return URL(fileURLWithPath: "\(folder)/\(path)").standardizedFileURL.path
  }

  private struct Text: Codable {
    var file: String?
  }

  private static func folder(of database: BarDatabase) -> [String] {
    URL(fileURLWithPath: database.path).resolvingSymlinksInPath().deletingLastPathComponent()
      .pathComponents
  }
}
