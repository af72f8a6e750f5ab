import Foundation

/// Files that commands write: whole or not at all, with the folder made where it is missing.
enum TextFile {
  static func write(_ text: String, to file: String) throws {
    try write(Array(text.utf8), to: file)
  }

  static func write(_ bytes: [UInt8], to file: String) throws {
    let url = URL(fileURLWithPath: file)
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw Failure("\(file): cannot be written; check the folder's permissions and free space")
    }
  }
}
