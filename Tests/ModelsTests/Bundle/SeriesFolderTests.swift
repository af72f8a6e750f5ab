import Foundation
import Market
import Models
import Testing

@Suite struct SeriesFolderTests {
  private static let hostile = [
    "BTC/USDT", "^GSPC", "..", ".", "", "CON", "con", "NUL.txt", "COM1", "../../etc/passwd", "/",
    "a/../b", "%2E%2E", "%", "%%", "~", "-rf", " ", "a b", "a\nb", "a\0b", ".hidden", "trailing.",
    "BRK.B", "ГАЗП", "トヨタ", "😀", "e\u{301}", "\u{e9}", ".tmp-1", "active", "manifest.json", "*",
    "C:\\x", "BTC", "btc",
  ]

  private func bundle(_ series: String) -> ModelBundle {
    ModelBundle(
      manifest: BundleManifest(
        id: "abc", series: series, timeframe: "1d",
        training: BundleManifest.TrainingRange(from: "2018-01-01", to: "2019-01-01"),
        softwareVersion: "1"),
      tensors: [])
  }

  @Test(arguments: [
    ("BTC", "BTC"), ("BRK.B", "BRK.B"), ("BTC/USDT", "BTC%2FUSDT"), ("^GSPC", "%5EGSPC"),
    ("..", "%2E%2E"), (".", "%2E"), ("", "%"), ("CON", "%43ON"), ("nul.txt", "%6Eul.txt"),
    ("CONE", "CONE"), ("ü", "%C3%BC"), ("100%", "100%25"),
  ])
  func `a symbol's folder`(symbol: String, folder: String) throws {
    let store = ModelStore(root: URL(fileURLWithPath: "/models"))
    let path = try store.folder(Symbol(symbol), .d1, id: "abc").path
    #expect(path == "/models/\(folder)/1d/abc")
  }

  @Test func `every symbol has one folder of its own inside the root`() throws {
    let root = URL(fileURLWithPath: "/some/models")
    let store = ModelStore(root: root)
    var folders: Set<String> = []
    for name in SeriesFolderTests.hostile {
      let folder = try store.folder(Symbol(name), .d1, id: "abc").standardizedFileURL
      #expect(folder.pathComponents.count == root.pathComponents.count + 3, "\(name)")
      #expect(folder.path.hasPrefix("/some/models/"), "\(name)")
      let series = folder.pathComponents[root.pathComponents.count]
      #expect(series.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
      #expect(!series.hasPrefix("."))
      #expect(folders.insert(series).inserted, "\(name)")
    }
  }

  @Test func `hostile symbols are stored, listed and read like any other`() throws {
    let scratch = try ScratchFolder()
    let store = ModelStore(root: scratch.url.appendingPathComponent("models"))
    for name in SeriesFolderTests.hostile {
      try store.write(bundle(name))
      #expect(try store.read(Symbol(name), .d1, id: "abc").manifest.series == name)
    }
    let listed = try store.list().map { Array($0.series.name.utf8) }
    let expected = SeriesFolderTests.hostile.map { Array($0.utf8) }
      .sorted { $0.lexicographicallyPrecedes($1) }
    #expect(listed == expected)
    for name in ["..", "", "active"] {
      try store.activate(Symbol(name), .d1, id: "abc")
      #expect(try store.active(Symbol(name), .d1) == "abc")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) == ["models"])
  }

  @Test func `folders that no symbol has are passed over`() throws {
    let scratch = try ScratchFolder()
    let store = ModelStore(root: scratch.url)
    try store.write(bundle("BTC"))
    for stranger in ["%2", "%zz", "%2e", "B^C", "%FF", ".git", "%41", "CON"] {
      let folder = scratch.url.appendingPathComponent("\(stranger)/1d/abc")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data().write(to: folder.appendingPathComponent("manifest.json"))
    }
    #expect(try store.list().map(\.series) == ["BTC"])
  }
}
