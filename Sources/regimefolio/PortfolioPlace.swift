import Foundation
import Market
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
    let whole = PortfolioPlace.resolved(url.absoluteURL)
    base = PortfolioPlace.folder(of: database)
    let common = zip(base, whole).prefix { $0 == $1 }.count
    let up = [String](repeating: "..", count: base.count - common)
    path = (up + whole.dropFirst(common)).joined(separator: "/")
  }

  /// Nil for an allocation that does not say of what file it is, as those of earlier versions do not.
  /// - Throws: `Failure` where what it says cannot be read: it may be another file's.
  init?(
    allocation time: Timestamp, summaryJSON: String, name: String, _ database: BarDatabase
  ) throws {
    let text: Text
    do {
      text = try JSONColumn.value(Text.self, of: summaryJSON)
    } catch {
      throw Failure(
        "\(database.path): the summary of the allocation of \(time) of \(name), which says of what file it "
          + "is, is damaged; give --holdings FILE for what is held, or restore a backup")
    }
    guard let file = text.file else { return nil }
    self.name = name
    path = file
    base = PortfolioPlace.folder(of: database)
  }

  /// As it stands with a run: `{"file":"../portfolios/crypto.yaml"}`.
  var summaryJSON: String {
    get throws {
      try JSONColumn.text(of: Text(file: path))
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

  /// The components of a path without symbolic links. Those of a file that was moved are told by its folder,
  /// or by the next one above that is still there.
  private static func resolved(_ url: URL) -> [String] {
    guard !FileManager.default.fileExists(atPath: url.path) else {
      return url.resolvingSymlinksInPath().pathComponents
    }
    // `..` of a folder that is gone is told by the text alone.
    let url = url.standardizedFileURL
    return resolved(url.deletingLastPathComponent()) + [url.lastPathComponent]
  }

  private static func folder(of database: BarDatabase) -> [String] {
    URL(fileURLWithPath: database.path).resolvingSymlinksInPath().deletingLastPathComponent()
      .pathComponents
  }
}
