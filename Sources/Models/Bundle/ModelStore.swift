public import Foundation
public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// The folder of trained models: `<series>/<timeframe>/<id>/{model.safetensors, manifest.json}`.
///
/// A bundle appears whole or not at all, whatever kills the program, and what is read is what was
/// written: every byte is covered by a SHA-256. Files `active-KEY` beside the bundles say which one serves
/// the portfolios of the record KEY, `active` which one was made to serve last.
public struct ModelStore: Sendable {
  public let root: URL

  static let tensorsFile = "model.safetensors"
  static let manifestFile = "manifest.json"
  static let activeFile = "active"

  /// Where a bundle stands.
  public struct Entry: Sendable, Hashable, Comparable {
    public let series: Symbol
    public let timeframe: Timeframe
    public let id: String

    public static func < (a: Entry, b: Entry) -> Bool {
      if a.series < b.series { return true }
      if b.series < a.series { return false }
      return (a.timeframe, a.id) < (b.timeframe, b.id)
    }
  }

  /// - Parameter root: the models' folder; it is made with the first write.
  public init(root: URL) {
    self.root = root.standardizedFileURL
  }

  /// The folder of a bundle. Throws `BundleError.invalidID` if the id is none.
  public func folder(
    _ series: Symbol, _ timeframe: Timeframe, id: String
  ) throws(BundleError) -> URL {
    guard ModelStore.isID(id) else { throw BundleError.invalidID(id) }
    return folder(series, timeframe).appendingPathComponent(id, isDirectory: true)
  }

  func folder(_ series: Symbol, _ timeframe: Timeframe) -> URL {
    root.appendingPathComponent(SeriesFolder.name(of: series), isDirectory: true)
      .appendingPathComponent(timeframe.name, isDirectory: true)
  }

  /// Whether a text is 1 to 64 hexadecimal digits in lower case, as ids and names of records are.
  public static func isID(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isHexDigit)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): return true
    default: return false
    }
  }
}

extension ModelStore {
  /// Whether an intact bundle of that id is there. A damaged one does not count: the request is
  /// trained again and the new bundle takes its place.
  /// - Parameter isUsable: what else is asked of it.
  public func contains(
    _ series: Symbol, _ timeframe: Timeframe, id: String,
    where isUsable: (ModelBundle) -> Bool = { _ in true }
  ) -> Bool {
    do throws(BundleError) {
      return isUsable(try read(series, timeframe, id: id))
    } catch {
      return false
    }
  }

  /// Reads and verifies a bundle.
  ///
  /// Throws `BundleError` if it is missing, cut short or changed in any byte, of another schema, or
  /// not the bundle of that series, timeframe and id.
  public func read(
    _ series: Symbol, _ timeframe: Timeframe, id: String
  ) throws(BundleError) -> ModelBundle {
    let folder = try folder(series, timeframe, id: id)
    let manifestFile = folder.appendingPathComponent(ModelStore.manifestFile)
    let manifest = try BundleManifest.decode(
      DurableFile.read(manifestFile), file: manifestFile.path)
    let fields = [
      ("id", id, manifest.id), ("series", series.name, manifest.series),
      ("timeframe", timeframe.name, manifest.timeframe),
    ]
    for (field, expected, found) in fields where !expected.utf8.elementsEqual(found.utf8) {
      throw BundleError.mismatch(
        file: manifestFile.path, field: field, expected: expected, found: found)
    }
    let tensorsFile = folder.appendingPathComponent(ModelStore.tensorsFile)
    let bytes = try DurableFile.read(tensorsFile)
    #if PLANTED_DEFECTS
      if PlantedDefect.uncheckedBundle.isPlanted {
        let tensors = try Safetensors.decode(bytes, file: tensorsFile.path)
        return ModelBundle(manifest: manifest, tensors: tensors)
      }
    #endif
    guard ModelBundle.digest(bytes) == manifest.tensorsSHA256 else {
      throw BundleError.damaged(
        file: tensorsFile.path, reason: "its \(bytes.count) bytes do not match the manifest's hash")
    }
    let tensors = try Safetensors.decode(bytes, file: tensorsFile.path)
    return ModelBundle(manifest: manifest, tensors: tensors)
  }

  /// Returns every bundle's place, sorted by series, timeframe and id. What is not a bundle's
  /// folder, such as one left half-written by a kill, is passed over.
  public func list() throws(BundleError) -> [Entry] {
    var entries: [Entry] = []
    for seriesName in try names(in: root) {
      guard let series = SeriesFolder.symbol(named: seriesName) else { continue }
      let seriesFolder = root.appendingPathComponent(seriesName)
      for timeframeName in try names(in: seriesFolder) {
        guard let timeframe = Timeframe(timeframeName) else { continue }
        for id in try names(in: seriesFolder.appendingPathComponent(timeframeName)) {
          guard ModelStore.isID(id) else { continue }
          let place = try folder(series, timeframe, id: id)
          guard isFile(place.appendingPathComponent(ModelStore.manifestFile)) else { continue }
          entries.append(Entry(series: series, timeframe: timeframe, id: id))
        }
      }
    }
    return entries.sorted()
  }

  /// The names in a folder, in no order; none where there is no folder.
  func names(in folder: URL) throws(BundleError) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw BundleError.inaccessible(file: folder.path, reason: "the folder cannot be read")
    }
  }

  private func isFile(_ file: URL) -> Bool {
    FileManager.default.fileExists(atPath: file.path)
  }
}
