import Foundation
import Glibc

/// Files that are whole or absent, also after a loss of power: written, synced, then renamed.
enum DurableFile {
  /// Returns the bytes of a file. Throws `BundleError.missing` or `.inaccessible`.
  static func read(_ file: URL) throws(BundleError) -> [UInt8] {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(file) }
    defer { _ = close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(file) }
      if count == 0 { return bytes }
      bytes += buffer[0..<count]
    }
  }

  /// Writes a new file and waits until it is on the disk.
  static func create(_ file: URL, _ bytes: [UInt8]) throws(BundleError) {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(file) }
    defer { _ = close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress! + written, bytes.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(file) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw failure(file) }
  }

  /// Puts a file in place of another or of none, in one step.
  static func replace(_ file: URL, _ bytes: [UInt8]) throws(BundleError) {
    let folder = file.deletingLastPathComponent()
    let temporary = folder.appendingPathComponent(temporaryName())
    do {
      try create(temporary, bytes)
      try move(temporary, to: file)
    } catch {
      unlink(temporary.path)
      throw error
    }
  }

  /// Renames a file or folder and waits until the folder that holds it is on the disk.
  static func move(_ source: URL, to target: URL) throws(BundleError) {
    guard rename(source.path, target.path) == 0 else { throw failure(target) }
    try syncFolder(target.deletingLastPathComponent())
  }

  /// Waits until a folder's entries are on the disk.
  static func syncFolder(_ folder: URL) throws(BundleError) {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(folder) }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(folder) }
  }

  /// Makes a folder below `root` and those between, and syncs each that got an entry.
  /// - Throws: `BundleError.missing` where another process takes one of them away meanwhile, else
  ///   `.inaccessible`.
  static func makeFolder(_ folder: URL, below root: URL) throws(BundleError) {
    let isNewRoot = !FileManager.default.fileExists(atPath: root.path)
    do {
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    } catch {
      throw BundleError.inaccessible(file: folder.path, reason: "the folder cannot be made")
    }
    var parts: [URL] = []
    var part = folder
    while part.path.count > root.path.count {
      parts.append(part)
      part = part.deletingLastPathComponent()
    }
    for part in parts.reversed() { try makeFolder(part) }
    for part in parts { try syncFolder(part.deletingLastPathComponent()) }
    if isNewRoot { try syncFolder(root.deletingLastPathComponent()) }
  }

  /// Makes a folder in one that is there, unless it is there too.
  private static func makeFolder(_ folder: URL) throws(BundleError) {
    if mkdir(folder.path, 0o777) == 0 { return }
    guard errno == EEXIST else { throw failure(folder) }
    var entry = stat()
    guard stat(folder.path, &entry) == 0 else { throw failure(folder) }
    guard entry.st_mode & S_IFMT == S_IFDIR else {
      throw .inaccessible(file: folder.path, reason: "it is no folder")
    }
  }

  /// What every temporary name begins with; readers pass such entries over.
  static let temporaryPrefix = ".tmp-"

  /// A name that nobody else uses.
  static func temporaryName() -> String {
    temporaryPrefix + UUID().uuidString.lowercased()
  }

  /// Whether a name is one that `temporaryName` gives.
  static func isTemporary(_ name: String) -> Bool {
    let end = name.dropFirst(temporaryPrefix.count)
    return name.hasPrefix(temporaryPrefix) && end == end.lowercased()
      && UUID(uuidString: String(end)) != nil
  }

  private static func failure(_ file: URL) -> BundleError {
    let code = errno
    if code == ENOENT || code == ENOTDIR { return .missing(file: file.path) }
    return .inaccessible(file: file.path, reason: String(cString: strerror(code)))
  }
}
