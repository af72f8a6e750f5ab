import Foundation
import Market
import Store
import Testing

@Suite struct ExportTests {
  @Test func `what was exported comes in again bit by bit`() throws {
    let folder = try TestFolder()
    let database = try folder.database()
    var state: UInt64 = 5
    let rows = (0..<3000).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(state >> 11) / 1e9
      let mood = index % 3 == 0 ? "" : "\(-value / 7)"
      let time = Timestamp(year: 2020, month: 1, day: 1) + Int64(index) * 3_600_000
      return "\(time),\(value),\(value * 1.25),\(value / 3),\(value),\(value * value),\(mood)\n"
    }
    let text =
      "time;open;high;low;close;volume;mood, of all\n".replacing(";", with: "\t")
      + rows.joined().replacing(",", with: "\t")
    try database.ingest(try folder.file("BTC-1h.csv", text))
    let file = folder.path + "/out/BTC-1h.csv"
    #expect(throws: StoreError.self) { try database.export("BTC", .h1, to: file) }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/out", withIntermediateDirectories: false)
    #expect(try database.export("BTC", .h1, to: file) == 3000)
    let report = try database.ingest(file)
    #expect((report.inserted, report.unchanged, report.revised) == (0, 3000, 0))
    #expect(report.series[0].extras == .init(names: ["mood, of all"], unchanged: 2000))
    // Random prices move as no market does; nothing else is to be noted.
    #expect(report.rejected.isEmpty && report.notes.count == 1)
    #expect(report.notes[0].contains("bad print"))
  }
}
