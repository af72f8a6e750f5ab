import Foundation
import Kernels
import Testing

/// Reference numbers of numpy; see Fixtures/README.md.
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

/// What other programs make of the same returns; see Fixtures/README.md.
enum ReferenceFiles: String, CaseIterable {
  /// Of generated returns: in the repository.
  case generated
  /// Of stocks. Prices of others are never in the repository; these lie beside it, and where they do
  /// not, what is generated is enough.
  case stocks

  static let testsFolder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// Those that can be read here.
  static let present = allCases.filter {
    $0 == .generated || FileManager.default.fileExists(atPath: $0.folder.path)
  }

  /// Covariances and sizings of six symbols, one of each method.
  func methods() throws -> [String: Any] {
    try object(self == .generated ? "methods.json" : "alloc_n6.json")
  }

  /// Eight symbols from returns to weights.
  func pipeline() throws -> [String: Any] {
    try object(self == .generated ? "pipeline.json" : "extra.json")
  }

  /// Weights within and beyond a no-trade band.
  func bands() throws -> [String: Any] {
    try object(self == .generated ? "pipeline.json" : "stats.json")
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

@Suite struct ReferenceFilesTests {
  @Test(
    .enabled(
      if: ReferenceFiles.present.contains(.stocks),
      "skipped: ../shared/oracle/allocation is not here, nor the cases of tests that read it"))
  func `every file of reference numbers is read`() {
    #expect(ReferenceFiles.present == ReferenceFiles.allCases)
  }
}
