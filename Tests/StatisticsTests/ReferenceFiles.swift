import Foundation
import Testing

/// Reference numbers of numpy and scipy; see Fixtures/README.md.
struct StatisticsFixture: Decodable {
  struct Performance: Decodable {
    let riskFreeRate, totalReturn, cagr, volatility, sharpe, sortino, calmar: Double
    let maxDrawdown, ulcer, var95, cvar95, skewness, excessKurtosis, best, worst: Double
    let peak, valley: Int
    let recovery: Int?
  }
  struct Significance: Decodable {
    let trials: Int
    let deviationOfTrials, sharpePerBar, mertens, lo, psr, expectedMaximum, dsr: Double
    let barsNeeded: Double
  }
  struct Mean: Decodable {
    let lags: Int
    let mean, se, t: Double
  }
  struct Normal: Decodable {
    let x, cdf: [Double]
  }
  struct Quantile: Decodable {
    let p, x: [Double]
  }
  let equity: [Double]
  let periods: Double
  let performance: [Performance]
  let significance: Significance
  let neweyWest: [Mean]
  let normal: Normal
  let quantile: Quantile
  let wilson: [[Double]]
  let quantiles: [[Double]]

  static func load() throws -> StatisticsFixture {
    let url = ReferenceFiles.testsFolder.appendingPathComponent("Fixtures/statistics.json")
    return try JSONDecoder().decode(StatisticsFixture.self, from: Data(contentsOf: url))
  }
}

/// What other programs say of the same numbers; see Fixtures/README.md.
enum ReferenceFiles: String, CaseIterable {
  /// Of generated returns: in the repository.
  case generated
  /// Of four years of stocks. Prices of others are never in the repository; these lie beside it, and
  /// where they do not, what is generated is enough.
  case stocks

  static let testsFolder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// Those that can be read here.
  static let present = allCases.filter {
    $0 == .generated || FileManager.default.fileExists(atPath: $0.folder.path)
  }

  /// Returns and their performance.
  func metrics() throws -> [String: Any] { try object("metrics.json") }

  /// Tests of skill, resamples and the cuts of cross-validation.
  func skill() throws -> [String: Any] {
    try object(self == .generated ? "skill.json" : "stats.json")
  }

  private var folder: URL {
    ReferenceFiles.testsFolder.appendingPathComponent(
      self == .generated ? "Fixtures" : "../../../shared/oracle/allocation"
    ).standardizedFileURL
  }

  private func object(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appendingPathComponent(name))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}

extension [String: Any] {
  func number(_ key: String) throws -> Double {
    try #require(self[key] as? NSNumber).doubleValue
  }
  func numbers(_ key: String) throws -> [Double] {
    try #require(self[key] as? [NSNumber]).map(\.doubleValue)
  }
  func object(_ key: String) throws -> [String: Any] {
    try #require(self[key] as? [String: Any])
  }
}

/// Whether two numbers agree to a relative tolerance.
func agree(_ a: Double?, _ b: Double, within tolerance: Double) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= tolerance * max(abs(a), abs(b))
}

@Suite struct ReferenceFilesTests {
  @Test(
    .enabled(
      if: ReferenceFiles.present.contains(.stocks),
      "skipped: ../shared/oracle/allocation is not here, nor the cases of tests that read it"))
  func `every file of reference numbers is read`() {
    #expect(ReferenceFiles.present == ReferenceFiles.allCases)
  }
}
