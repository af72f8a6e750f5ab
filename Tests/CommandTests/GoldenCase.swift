import Foundation
import Testing

/// Bars, weights and entries with the equity that a plain loop, backtrader, vectorbt and NautilusTrader
/// agree on; see Tests/EngineTests/Fixtures/README.md.
enum GoldenCase: String, CaseIterable {
  /// Three symbols, 60 hours: in the repository.
  case tiny3x60
  /// Ten symbols, 2500 days: beside the repository, for it is large.
  case d10x2500

  typealias Curve = [(time: Int64, equity: Double)]

  static let present = allCases.filter { FileManager.default.fileExists(atPath: $0.folder.path) }
  static let allArePresent = present == allCases

  var timeframe: String { self == .tiny3x60 ? "1h" : "1d" }

  var symbols: [String] { (0..<(self == .tiny3x60 ? 3 : 10)).map { "S0\($0)" } }

  /// Fills of the run whose positions a column opens and stops close.
  var fillsWithStops: Int { self == .tiny3x60 ? 5 : 692 }

  var bars: String { folder.appendingPathComponent("input/\(self)_ohlcv.csv").path }

  var weights: String { folder.appendingPathComponent("input/\(self)_weights.csv").path }

  /// The equity of every close: `rwf` with the weights, `stp` with entries and stops.
  func equity(_ kind: String) throws -> Curve {
    try GoldenCase.curve(
      String(contentsOf: folder.appendingPathComponent("\(self)__\(kind).csv"), encoding: .utf8))
  }

  /// Times and equity of a file that the program or the references wrote.
  static func curve(_ text: String) throws -> Curve {
    try #require(text.hasPrefix("ts_open,equity\n"))
    return try text.split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",")
      try #require(fields.count == 2)
      return (time: try #require(Int64(fields[0])), equity: try #require(Double(fields[1])))
    }
  }

  /// Expects the curve of a file to be the references', and to move.
  func expect(_ text: String, is kind: String) throws {
    let (found, expected) = (try GoldenCase.curve(text), try equity(kind))
    try #require(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      #expect(found.time == expected.time)
      #expect(abs(found.equity / expected.equity - 1) < 1e-9, "\(self) at \(found.time)")
    }
    #expect(Set(found.map(\.equity)).count > 10)
  }

  private var folder: URL {
    let repository = Program.repository
    return self == .tiny3x60
      ? repository.appendingPathComponent("Tests/EngineTests/Fixtures")
      : repository.deletingLastPathComponent().appendingPathComponent("shared/oracle/engine")
  }
}
