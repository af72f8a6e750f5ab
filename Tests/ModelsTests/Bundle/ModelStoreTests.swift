import Foundation
import Kernels
import Market
import Models
import Testing

@Suite struct ModelStoreTests {
  private let scratch: ScratchFolder
  private let store: ModelStore
  private let id = "0123456789abcdef"

  init() throws {
    scratch = try ScratchFolder()
    store = ModelStore(root: scratch.url.appendingPathComponent("models"))
  }

  private func bundle(
    series: String = "BTC", timeframe: String = "1h", id: String? = nil, loss: Double = 0.125
  ) -> ModelBundle {
    let scaler = StandardScaler(mean: [0.1, 2], scale: [0.3, 4])
    let manifest = BundleManifest(
      id: id ?? self.id, series: series, timeframe: timeframe,
      spec: ["regime.states": "3", "forecast.hidden": "16"], features: ["return", "rsi/14"],
      scaling: BundleManifest.Scaling(scaler),
      training: BundleManifest.TrainingRange(from: "2018-04-01", to: "2019-03-31T23:00Z"),
      dataDigests: ["BTC": "ab12", "ETH": "cd34"],
      metrics: BundleManifest.Metrics(
        inSample: ["logLikelihood": -1234.5678901234567, "loss": loss, "t": 0.1 + 0.2]),
      softwareVersion: "1.0.0")
    return ModelBundle(
      manifest: manifest,
      tensors: scaler.tensors() + [
        StoredTensor(name: "member.0.head.bias", shape: [1], values: .float32([0.5]))
      ])
  }

  private func files(_ series: String = "BTC") throws -> (tensors: URL, manifest: URL) {
    let folder = try store.folder(Symbol(series), .h1, id: id)
    return (
      folder.appendingPathComponent("model.safetensors"),
      folder.appendingPathComponent("manifest.json")
    )
  }

  /// Puts other bytes in a file's place. The old file goes first: some file systems flush a file
  /// that is cut to nothing and written again.
  private func put(_ bytes: Data, at file: URL) throws {
    try FileManager.default.removeItem(at: file)
    try bytes.write(to: file)
  }

  private func refusal(_ series: Symbol = "BTC", id: String? = nil) -> BundleError? {
    do throws(BundleError) {
      _ = try store.read(series, .h1, id: id ?? self.id)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a bundle comes back as it was`() throws {
    let bundle = bundle()
    #expect(!store.contains("BTC", .h1, id: id))
    try store.write(bundle)
    #expect(store.contains("BTC", .h1, id: id))
    let read = try store.read("BTC", .h1, id: id)
    #expect(read == bundle)
    #expect(read.manifest.metrics.inSample["logLikelihood"] == -1234.5678901234567)
    #expect(read.manifest.metrics.inSample["t"] == 0.30000000000000004)
    #expect(read.manifest.numericsVersion == numericsVersion)
    let path = try files().tensors.path
    #expect(path.hasSuffix("/models/BTC/1h/\(id)/model.safetensors"))
    #expect(
      try Safetensors.decode(Array(Data(contentsOf: files().tensors)), file: path)
        == bundle.tensors)
  }

  @Test func `the same bundle has the same bytes wherever it is written`() throws {
    try store.write(bundle())
    let other = ModelStore(root: scratch.url.appendingPathComponent("other"))
    try other.write(bundle())
    for name in ["model.safetensors", "manifest.json"] {
      let a = try Data(contentsOf: store.folder("BTC", .h1, id: id).appendingPathComponent(name))
      let b = try Data(contentsOf: other.folder("BTC", .h1, id: id).appendingPathComponent(name))
      #expect(a == b)
    }
  }

  @Test func `the manifest is JSON with sorted keys and names what a reader wants`() throws {
    try store.write(bundle())
    let text = try String(contentsOf: files().manifest, encoding: .utf8)
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(json?["id"] as? String == id)
    #expect(json?["schemaVersion"] as? Int == 1)
    #expect(json?["features"] as? [String] == ["return", "rsi/14"])
    #expect((json?["manifestSHA256"] as? String)?.count == 64)
    #expect((json?["tensorsSHA256"] as? String)?.count == 64)
    #expect(text.contains("\"rsi/14\""))
    let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }
      .compactMap { $0.split(separator: "\"").dropFirst().first }.dropLast()
    #expect(keys.count == 13)
    #expect(Array(keys) == keys.sorted())
  }

  @Test func `a flipped bit anywhere is refused with the file's name`() throws {
    try store.write(bundle())
    let (tensors, manifest) = try files()
    for file in [tensors, manifest] {
      let good = try Data(contentsOf: file)
      for index in good.indices {
        var bad = good
        bad[index] ^= 1 << UInt8(index % 8)
        try put(bad, at: file)
        let error = try #require(refusal(), "byte \(index) of \(file.lastPathComponent)")
        #expect(error.description.hasPrefix(file.path), "\(error)")
        #expect(error.description.contains("regimefolio train PORTFOLIO"))
      }
      try put(good, at: file)
    }
    #expect(refusal() == nil)
  }

  @Test func `a file cut short at any length is refused`() throws {
    try store.write(bundle())
    let (tensors, manifest) = try files()
    for file in [tensors, manifest] {
      let good = try Data(contentsOf: file)
      for length in 0..<good.count {
        try put(good.prefix(length), at: file)
        #expect(refusal() != nil, "\(length) bytes of \(file.lastPathComponent)")
        if length % 97 == 0 { #expect(!store.contains("BTC", .h1, id: id)) }
      }
      try put(good + [10], at: file)
      #expect(refusal() != nil)
      try put(good, at: file)
    }
    #expect(refusal() == nil)
  }

  @Test func `what is missing is named`() throws {
    #expect(refusal() == .missing(file: try files().manifest.path))
    try store.write(bundle())
    try FileManager.default.removeItem(at: files().tensors)
    #expect(refusal() == .missing(file: try files().tensors.path))
  }

  @Test func `a bundle in another's place is refused`() throws {
    try store.write(bundle())
    let here = try store.folder("BTC", .h1, id: id)
    for (series, timeframe, other) in [
      ("ETH", Timeframe.h1, id), ("BTC", .h4, id), ("BTC", .h1, "ffff"),
    ] {
      let there = try store.folder(Symbol(series), timeframe, id: other)
      try FileManager.default.createDirectory(
        at: there.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: here, to: there)
      #expect {
        try store.read(Symbol(series), timeframe, id: other)
      } throws: { error in
        guard case .mismatch = error as? BundleError else { return false }
        return "\(error)".contains("expected")
      }
    }
  }

  @Test func `another schema is refused as such`() throws {
    try store.write(bundle())
    let file = try files().manifest
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacingOccurrences(of: "\"schemaVersion\" : 1", with: "\"schemaVersion\" : 2")
      .write(to: file, atomically: true, encoding: .utf8)
    #expect(refusal() == .unsupportedSchema(file: file.path, found: 2, supported: 1))
  }

  @Test func `a write that was killed leaves nothing to see and nothing in the way`() throws {
    // What a kill between the files and the rename leaves.
    let parent = try store.folder("BTC", .h1, id: id).deletingLastPathComponent()
    let leftover = parent.appendingPathComponent(".tmp-0badc0de")
    try FileManager.default.createDirectory(at: leftover, withIntermediateDirectories: true)
    try Data([1, 2, 3]).write(to: leftover.appendingPathComponent("model.safetensors"))
    #expect(try store.list().isEmpty)
    #expect(!store.contains("BTC", .h1, id: id))
    #expect(try store.active("BTC", .h1) == nil)
    try store.write(bundle())
    #expect(try store.list().map(\.id) == [id])
    #expect(try store.read("BTC", .h1, id: id) == bundle())
    // A folder without a manifest, as a copy that stopped halfway leaves it.
    let half = parent.appendingPathComponent("beef")
    try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
    #expect(try store.list().map(\.id) == [id])
    try store.write(bundle(id: "beef"))
    #expect(try store.list().map(\.id) == [id, "beef"].sorted())
  }

  @Test func `what a killed write left goes once it is old, and nothing else does`() throws {
    try store.write(bundle())
    try store.activate("BTC", .h1, id: id)
    let place = try store.folder("BTC", .h1, id: id)
    let parent = place.deletingLastPathComponent()
    let name = ".tmp-0badc0de-0000-4000-8000-00000000000"
    let files = FileManager.default
    func plant(_ url: URL, age: Double) throws {
      try files.createDirectory(at: url, withIntermediateDirectories: true)
      try Data([1, 2, 3]).write(to: url.appendingPathComponent("model.safetensors"))
      try files.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: url.path)
    }
    let day = 86_400.0
    let old = [parent.appendingPathComponent(name + "1"), place.appendingPathComponent(name + "2")]
    let young = parent.appendingPathComponent(name + "3")
    // Names that no write of ours gives, and one where none writes.
    let foreign = [
      parent.appendingPathComponent(".tmp-notes"), parent.appendingPathComponent("old"),
      store.root.appendingPathComponent(name + "4"),
    ]
    for url in old + foreign { try plant(url, age: 2 * day) }
    try plant(young, age: 60)
    #expect(try store.removeLeftovers(before: Date(timeIntervalSinceNow: -day)) == old.count)
    for url in old { #expect(!files.fileExists(atPath: url.path), "\(url.lastPathComponent)") }
    for url in foreign + [young] {
      #expect(files.fileExists(atPath: url.path), "\(url.lastPathComponent)")
    }
    #expect(try store.read("BTC", .h1, id: id) == bundle())
    #expect(try store.active("BTC", .h1) == id)
    let empty = ModelStore(root: scratch.url.appendingPathComponent("none"))
    #expect(try empty.removeLeftovers(before: Date()) == 0)
  }

  @Test func `a bundle that is asked for more than being intact is replaced`() throws {
    try store.write(bundle(loss: 1))
    try store.write(bundle(loss: 2)) { $0.manifest.metrics.inSample["loss"] == 1 }
    #expect(try store.read("BTC", .h1, id: id).manifest.metrics.inSample["loss"] == 1)
    #expect(!store.contains("BTC", .h1, id: id) { $0.tensors.isEmpty })
    try store.write(bundle(loss: 2)) { $0.manifest.metrics.inSample["loss"] == 2 }
    #expect(try store.read("BTC", .h1, id: id).manifest.metrics.inSample["loss"] == 2)
    let names = try FileManager.default.subpathsOfDirectory(atPath: store.root.path)
    #expect(!names.contains { $0.contains(".tmp-") })
  }

  @Test func `writing leaves no temporary names`() throws {
    try store.write(bundle())
    try store.write(bundle())
    try store.activate("BTC", .h1, id: id)
    try store.writeSidecar("gate.json", Data("{}".utf8), "BTC", .h1, id: id)
    let names = try FileManager.default.subpathsOfDirectory(atPath: store.root.path)
    #expect(!names.contains { $0.contains(".tmp-") })
    #expect(names.count == 7)
  }

  @Test func `an intact bundle stays, a damaged one is replaced`() throws {
    try store.write(bundle(loss: 1))
    try store.write(bundle(loss: 2))
    #expect(try store.read("BTC", .h1, id: id).manifest.metrics.inSample["loss"] == 1)
    try Data("{}".utf8).write(to: files().manifest)
    try store.write(bundle(loss: 2))
    #expect(try store.read("BTC", .h1, id: id).manifest.metrics.inSample["loss"] == 2)
    let names = try FileManager.default.subpathsOfDirectory(atPath: store.root.path)
    #expect(!names.contains { $0.contains(".tmp-") })
  }

  @Test func `writers of one bundle do not disturb each other`() async throws {
    let bundle = bundle()
    let store = store
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { try store.write(bundle) } }
      try await group.waitForAll()
    }
    #expect(try store.read("BTC", .h1, id: id) == bundle)
    #expect(try store.list().count == 1)
    let names = try FileManager.default.subpathsOfDirectory(atPath: store.root.path)
    #expect(!names.contains { $0.contains(".tmp-") })
  }

  @Test func `the active bundle is the one that was activated last`() throws {
    #expect(try store.active("BTC", .h1) == nil)
    #expect(throws: BundleError.self) { try store.activate("BTC", .h1, id: id) }
    #expect(try store.active("BTC", .h1) == nil)
    try store.write(bundle())
    try store.write(bundle(id: "beef"))
    #expect(try store.active("BTC", .h1) == nil)
    try store.activate("BTC", .h1, id: id)
    #expect(try store.active("BTC", .h1) == id)
    try store.activate("BTC", .h1, id: "beef")
    #expect(try store.active("BTC", .h1) == "beef")
    #expect(try store.active("BTC", .h4) == nil)
    #expect(try store.active("ETH", .h1) == nil)
    #expect(try store.list().count == 2)
  }

  @Test func `each record has its own active bundle, beside the one activated last`() throws {
    try store.write(bundle())
    try store.write(bundle(id: "beef"))
    #expect(try store.activeRecords("BTC", .h1).isEmpty)
    try store.activate("BTC", .h1, id: id, record: "a1")
    #expect(try store.active("BTC", .h1) == nil)
    try store.activate("BTC", .h1, id: "beef", record: "0f")
    try store.activate("BTC", .h1, id: "beef")
    #expect(try store.active("BTC", .h1, record: "a1") == id)
    #expect(try store.active("BTC", .h1, record: "0f") == "beef")
    #expect(try store.active("BTC", .h1, record: "1a") == nil)
    #expect(try store.active("BTC", .h1) == "beef")
    #expect(try store.activeRecords("BTC", .h1) == ["0f", "a1"])
    #expect(try store.list().count == 2)
  }

  @Test(arguments: ["", "\n", "beef", "../../x\n", "BEEF\n", "beef\nbeef\n", "é\n"])
  func `an active file without an id is refused`(content: String) throws {
    try store.write(bundle())
    let file = try store.folder("BTC", .h1, id: id).deletingLastPathComponent()
      .appendingPathComponent("active")
    try Data(content.utf8).write(to: file)
    #expect(throws: BundleError.damaged(file: file.path, reason: "it holds no model id")) {
      try store.active("BTC", .h1)
    }
    try store.activate("BTC", .h1, id: id)
    #expect(try store.active("BTC", .h1) == id)
  }

  @Test(arguments: [
    "", ".", "..", "../x", "active", "ABCD", "0x12", "a/b", "a\0",
    String(repeating: "a", count: 65),
  ])
  func `an id is hexadecimal digits`(text: String) throws {
    #expect(throws: BundleError.invalidID(text)) { try store.read("BTC", .h1, id: text) }
    #expect(throws: BundleError.invalidID(text)) { try store.activate("BTC", .h1, id: text) }
    #expect(throws: BundleError.invalidID(text)) { try store.write(bundle(id: text)) }
    #expect(!FileManager.default.fileExists(atPath: store.root.path))
  }

  @Test func `a sidecar is replaced whole and is not part of the bundle`() throws {
    #expect(throws: BundleError.self) {
      try store.writeSidecar("gate.json", Data("{}".utf8), "BTC", .h1, id: id)
    }
    try store.write(bundle())
    #expect(try store.readSidecar("gate.json", "BTC", .h1, id: id) == nil)
    #expect(try store.sidecars("BTC", .h1, id: id).isEmpty)
    for content in ["{\"t\": 1}", "{}", ""] {
      try store.writeSidecar("gate.json", Data(content.utf8), "BTC", .h1, id: id)
      #expect(try store.readSidecar("gate.json", "BTC", .h1, id: id) == Data(content.utf8))
      #expect(try store.read("BTC", .h1, id: id) == bundle())
    }
    #expect(try store.list().count == 1)
    #expect(try store.sidecars("BTC", .h1, id: id) == ["gate.json"])
    #expect(try store.sidecars("BTC", .h1, id: "beef").isEmpty)
  }

  @Test func `a figure that is not finite is refused by name`() throws {
    #expect(throws: BundleError.notFinite(figure: "metric loss (in sample)")) {
      try store.write(bundle(loss: .nan))
    }
    #expect(try store.list().isEmpty)
  }

  @Test func `a root that is a file is an error that names it`() throws {
    let file = scratch.url.appendingPathComponent("models")
    try Data().write(to: file)
    #expect {
      try store.write(bundle())
    } throws: { error in
      guard case .inaccessible = error as? BundleError else { return false }
      return "\(error)".hasPrefix(file.path)
    }
    #expect(try store.list().isEmpty)
  }
}
