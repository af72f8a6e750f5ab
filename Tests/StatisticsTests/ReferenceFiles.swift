import Foundation
import Testing

/// The committed reference numbers; see Fixtures/README.md.
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

/// Reference files that hold prices of others lie beside the repository and are never in it; the
/// tests that read them are skipped where they are absent.
enum ReferenceFiles {
  static let testsFolder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  static let folder = testsFolder.appendingPathComponent("../../../shared/oracle/allocation")
    .standardizedFileURL

  static let absent: Comment = "no reference files beside the repository"

  static var exist: Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("stats.json").path)
  }

  static func object(_ name: String) throws -> [String: Any] {
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
