public import Foundation
public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

extension ModelStore {
  /// Stores a bundle under its manifest's series, timeframe and id.
  ///
  /// The files are written to a temporary name beside their place, synced and renamed. An intact
  /// bundle of that id stays as it is, since the id is the hash of all that it was made from; a
  /// damaged one is replaced.
  ///
  /// - Parameter isUsable: what else is asked of one that stays.
  /// - Precondition: the manifest names a timeframe.
  public func write(
    _ bundle: ModelBundle, keeping isUsable: (ModelBundle) -> Bool = { _ in true }
  ) throws(BundleError) {
    let manifest = bundle.manifest
    let series = Symbol(manifest.series)
    guard let timeframe = Timeframe(manifest.timeframe) else {
      preconditionFailure("\(manifest.timeframe) is no timeframe")
    }
    let target = try folder(series, timeframe, id: manifest.id)
    let manifestBytes = try manifest.encoded()
    if contains(series, timeframe, id: manifest.id, where: isUsable) { return }

    let parent = folder(series, timeframe)
    try DurableFile.makeFolder(parent, below: root)
    #if PLANTED_DEFECTS
      if PlantedDefect.halfWrittenBundle.isPlanted {
        try DurableFile.makeFolder(target, below: parent)
        try DurableFile.create(
          target.appendingPathComponent(ModelStore.manifestFile), manifestBytes)
        dawdle()
        try DurableFile.create(
          target.appendingPathComponent(ModelStore.tensorsFile),
          Safetensors.encode(bundle.tensors))
        return
      }
    #endif
    let temporary = parent.appendingPathComponent(DurableFile.temporaryName(), isDirectory: true)
    do {
      try DurableFile.makeFolder(temporary, below: parent)
      try DurableFile.create(
        temporary.appendingPathComponent(ModelStore.tensorsFile),
        Safetensors.encode(bundle.tensors))
      try DurableFile.create(
        temporary.appendingPathComponent(ModelStore.manifestFile), manifestBytes)
      try DurableFile.syncFolder(temporary)
    } catch {
      discard(temporary)
      throw error
    }
    try putInPlace(temporary, target) {
      contains(series, timeframe, id: manifest.id, where: isUsable)
    }
  }

  /// Renames a whole bundle to its place. If an intact one has come to stand there in the meantime,
  /// that one stays; a damaged one goes first.
  private func putInPlace(
    _ temporary: URL, _ target: URL, isIntact: () -> Bool
  ) throws(BundleError) {
    do {
      do {
        // Fails if the place is taken: a folder is only ever renamed over an empty one.
        try DurableFile.move(temporary, to: target)
      } catch {
        if isIntact() {
          discard(temporary)
          return
        }
        let old = target.deletingLastPathComponent()
          .appendingPathComponent(DurableFile.temporaryName(), isDirectory: true)
        try DurableFile.move(target, to: old)
        discard(old)
        try DurableFile.move(temporary, to: target)
      }
    } catch {
      discard(temporary)
      throw error
    }
  }

  /// Deletes a temporary folder. What cannot be deleted stays: readers pass it over.
  private func discard(_ folder: URL) {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      return
    }
  }

  /// Returns the id of the bundle that serves, or nil if none was activated.
  ///
  /// Throws `BundleError.damaged` if the file that says so holds no id.
  ///
  /// - Parameter record: hexadecimal digits that name the record (as in `gate-KEY.json`) of the portfolios
  ///   that it serves; nil for the bundle that was activated last, for whatever record.
  public func active(
    _ series: Symbol, _ timeframe: Timeframe, record: String? = nil
  ) throws(BundleError) -> String? {
    let file = activeFile(series, timeframe, record)
    let bytes: [UInt8]
    do {
      bytes = try DurableFile.read(file)
    } catch BundleError.missing {
      return nil
    }
    let id = String(decoding: bytes.dropLast(), as: UTF8.self)
    guard bytes.last == UInt8(ascii: "\n"), ModelStore.isID(id) else {
      throw BundleError.damaged(file: file.path, reason: "it holds no model id")
    }
    return id
  }

  /// Makes a bundle the one that serves the portfolios of a record, or with nil the one that was activated
  /// last. Throws if it is not there or not intact.
  public func activate(
    _ series: Symbol, _ timeframe: Timeframe, id: String, record: String? = nil
  ) throws(BundleError) {
    _ = try read(series, timeframe, id: id)
    try DurableFile.replace(activeFile(series, timeframe, record), Array("\(id)\n".utf8))
  }

  /// Returns the records for whose portfolios a bundle was activated, sorted.
  public func activeRecords(
    _ series: Symbol, _ timeframe: Timeframe
  ) throws(BundleError) -> [String] {
    let prefix = ModelStore.activeFile + "-"
    return try names(in: folder(series, timeframe)).filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }.filter(ModelStore.isID).sorted()
  }

  private func activeFile(_ series: Symbol, _ timeframe: Timeframe, _ record: String?) -> URL {
    precondition(record.map(ModelStore.isID) ?? true, "a record's name is hexadecimal digits")
    let name = ModelStore.activeFile + (record.map { "-\($0)" } ?? "")
    return folder(series, timeframe).appendingPathComponent(name)
  }

  /// Puts a file beside a bundle's own, such as a gate, or replaces it in one step.
  ///
  /// It may change while the bundle does not, so no hash of the bundle covers it.
  ///
  /// - Precondition: `name` is plain (letters, digits, `-`, `_`, `.`) and not one of the bundle's.
  public func writeSidecar(
    _ name: String, _ data: Data, _ series: Symbol, _ timeframe: Timeframe, id: String
  ) throws(BundleError) {
    let file = try sidecar(name, series, timeframe, id: id)
    try DurableFile.replace(file, Array(data))
  }

  /// Returns the content of a file beside a bundle's own, or nil if there is none.
  public func readSidecar(
    _ name: String, _ series: Symbol, _ timeframe: Timeframe, id: String
  ) throws(BundleError) -> Data? {
    do {
      return Data(try DurableFile.read(sidecar(name, series, timeframe, id: id)))
    } catch BundleError.missing {
      return nil
    }
  }

  /// Returns the names of the files beside a bundle's own, sorted; none where there is no such bundle.
  public func sidecars(
    _ series: Symbol, _ timeframe: Timeframe, id: String
  ) throws(BundleError) -> [String] {
    try names(in: folder(series, timeframe, id: id)).filter { name in
      name != ModelStore.tensorsFile && name != ModelStore.manifestFile && !name.hasPrefix(".")
    }.sorted()
  }

  private func sidecar(
    _ name: String, _ series: Symbol, _ timeframe: Timeframe, id: String
  ) throws(BundleError) -> URL {
    let isPlain = name.utf8.allSatisfy { byte in
      let character = Character(Unicode.Scalar(byte))
      return character.isASCII
        && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
    precondition(isPlain && !name.isEmpty && !name.hasPrefix("."), "\(name) is no plain name")
    precondition(
      name != ModelStore.tensorsFile && name != ModelStore.manifestFile,
      "\(name) is one of the bundle's own files")
    return try folder(series, timeframe, id: id).appendingPathComponent(name)
  }
}
