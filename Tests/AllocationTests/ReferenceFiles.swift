import Foundation
import Kernels
import Testing

/// The committed reference numbers; see Fixtures/README.md.
struct AllocationFixture: Decodable {
  struct Estimate: Decodable {
    let volatilities: [Double]
    let correlation, covariance: [[Double]]
    let shrinkage, averageCorrelation: Double
    let observations: [Int]
  }
  struct Covariance: Decodable {
    let returns: [[Double?]]
    let volatilityHalfLife, correlationHalfLife: Double
    let estimate: Estimate
  }
  struct Budget: Decodable {
    let covariance: [[Double]]
    let budgets, weights, parity: [Double]
  }
  let covariances: [Covariance]
  let budgets: [Budget]

  static func load() throws -> AllocationFixture {
    let url = ReferenceFiles.testsFolder.appendingPathComponent("Fixtures/allocation.json")
    return try JSONDecoder().decode(AllocationFixture.self, from: Data(contentsOf: url))
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
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("extra.json").path)
  }

  static func object(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appendingPathComponent(name))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }
}

extension [String: Any] {
  func object(_ key: String) throws -> [String: Any] {
    try #require(self[key] as? [String: Any])
  }
  func number(_ key: String) throws -> Double {
    try #require(self[key] as? NSNumber).doubleValue
  }
  func numbers(_ key: String) throws -> [Double] {
    try #require(self[key] as? [NSNumber]).map(\.doubleValue)
  }
  /// Rows of numbers, null being nil.
  func rows(_ key: String) throws -> [[Double?]] {
    try #require(self[key] as? [[Any]]).map { $0.map { ($0 as? NSNumber)?.doubleValue } }
  }
  func matrix(_ key: String) throws -> Matrix {
    Matrix(rows: try rows(key).map { try $0.map { try #require($0) } })
  }
}

/// The largest absolute difference of two lists of numbers; infinite when their lengths differ.
func distance(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
