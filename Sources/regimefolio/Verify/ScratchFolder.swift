import Foundation
import Models

/// A folder for copies that are damaged or thrown away; it goes with its last holder.
final class ScratchFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("regimefolio-verify-\(UUID().uuidString.lowercased())")
      .resolvingSymlinksInPath()
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw Failure("\(url.path): no folder for copies can be made; set TMPDIR to one that can")
    }
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Failure.note("\(url.path) is left behind: \(error.localizedDescription)")
    }
  }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// An empty folder of models.
  func store(_ name: String) -> ModelStore { ModelStore(root: file(name)) }
}
