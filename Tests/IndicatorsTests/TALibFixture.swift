import Foundation
import Testing

/// The generated bars and TA-Lib's values on them; see Fixtures/README.md.
struct TALibFixture: Decodable {
  let high: [Double]
  let low: [Double]
  let close: [Double]
  let columns: [String: [Double?]]

  static let shared = Result {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/talib.json")
    return try JSONDecoder().decode(TALibFixture.self, from: Data(contentsOf: file))
  }

  /// The greatest relative difference of a column from TA-Lib's.
  ///
  /// Below 1e-5 of the column's largest value it is relative to that: where an index is 0 TA-Lib's
  /// own rounding leaves up to 5e-14 of its scale of 100. Records an issue where one has a value and
  /// the other is still warming up.
  func difference(of column: [Double], from name: String) throws -> Double {
    let expected = try #require(columns[name], "the fixture has no column \(name)")
    try #require(column.count == expected.count)
    var worst = 0.0
    let scale = expected.reduce(.leastNormalMagnitude) { max($0, abs($1 ?? 0)) }
    for (index, (value, reference)) in zip(column, expected).enumerated() {
      #expect(value.isNaN == (reference == nil), "warm-up of \(name) at bar \(index)")
      guard let reference, !value.isNaN else { continue }
      worst = max(worst, abs(value - reference) / max(abs(reference), 1e-5 * scale))
    }
    return worst
  }
}
