import Foundation
import Market
import Testing

/// Real bars beside the repository, in `<repository>/../shared/data`. They belong to others and are
/// not part of it, so tests that read them are skipped where they are absent.
enum RealBars {
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("../../../shared/data").standardized

  static let arePresent = FileManager.default.fileExists(
    atPath: folder.appendingPathComponent("crypto_1h4h1d/BTCUSDT_1d.csv").path)

  /// Reads `Date,Open,High,Low,Close,Volume` with a header, gzipped or not.
  static func series(_ path: String, _ timeframe: Timeframe) throws -> BarSeries {
    let lines = try text(folder.appendingPathComponent(path)).split(separator: "\n")
    try #require(lines.first == "Date,Open,High,Low,Close,Volume")
    var series = BarSeries(symbol: "BTC", timeframe: timeframe, calendar: .continuous)
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",")
      let time = try #require(Timestamp(iso: fields[0]), "\(line)")
      let numbers = try fields.dropFirst().map { try #require(Double($0), "\(line)") }
      try #require(numbers.count == 5)
      series.append(
        Bar(
          time: time, open: numbers[0], high: numbers[1], low: numbers[2], close: numbers[3],
          volume: numbers[4]))
    }
    return series
  }

  private static func text(_ file: URL) throws -> String {
    guard file.pathExtension == "gz" else { return try String(contentsOf: file, encoding: .utf8) }
    let gunzip = Process()
    gunzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gunzip.arguments = ["gunzip", "-c", file.path]
    let output = Pipe()
    gunzip.standardOutput = output
    try gunzip.run()
    let data = try #require(try output.fileHandleForReading.readToEnd())
    gunzip.waitUntilExit()
    try #require(gunzip.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}
