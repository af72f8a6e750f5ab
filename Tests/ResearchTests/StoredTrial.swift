import Foundation
import Models
import Research

/// A trial with the files of its models, of which any number of folders are made: tests that write to a
/// folder train no models anew.
struct StoredTrial: Sendable {
  let trial: Trial
  /// By their paths in the folder.
  private let files: [String: Data]

  init(training portfolio: Portfolio, on market: GeneratedMarket) async throws {
    let folder = TemporaryStore()
    trial = try await Trial(training: portfolio, on: market, in: folder)
    var files: [String: Data] = [:]
    let root = folder.store.root
    for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
      let file = root.appendingPathComponent(path)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if !isFolder.boolValue { files[path] = try Data(contentsOf: file) }
    }
    self.files = files
  }

  /// A folder of its own with the models, to be changed freely.
  func folder() throws -> TemporaryStore {
    let folder = TemporaryStore()
    for (path, bytes) in files {
      let file = folder.store.root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file)
    }
    return folder
  }
}
