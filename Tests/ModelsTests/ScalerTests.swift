import Foundation
import Kernels
import Models
import Testing

@Suite struct ScalerTests {
  private struct Fixture: Decodable {
    let x: [[Double]]
    let mean: [Double]
    let scale: [Double]
    let out: [[Double]]
  }

  @Test func `four numbers by hand`() {
    let scaler = StandardScaler(fittedTo: Matrix(rows: [[1, 5], [3, 5], [5, 5], [7, 5]]))
    #expect(scaler.mean == [4, 5])
    let deviation = Double(5).squareRoot()
    #expect(scaler.scale == [deviation, 1])
    #expect(scaler.transform([4 + deviation, 8]) == [1, 3])
  }

  /// Sums are taken in another order than numpy's: a few units in the last place.
  @Test func `equals scikit-learn`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/scaler.json")
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    let x = Matrix(rows: fixture.x)
    let scaler = StandardScaler(fittedTo: x)
    for d in 0..<x.columns {
      #expect((scaler.mean[d] - fixture.mean[d]).magnitude <= 1e-14 * fixture.mean[d].magnitude)
      #expect((scaler.scale[d] - fixture.scale[d]).magnitude <= 1e-14 * fixture.scale[d])
    }
    #expect(scaler.scale[3] == 1)
    let difference = largestDifference(
      scaler.transform(x).elements, fixture.out.flatMap { $0 })
    #expect(difference < 1e-12)
  }

  @Test func `rows outside the window have no part in it`() {
    var random = CounterRandom(seed: 1, path: ["scaler"])
    let rows = (0..<50).map { _ in [random.normal(), 3 + random.normal()] }
    let window = StandardScaler(fittedTo: Matrix(rows: rows), rows: 10..<40)
    #expect(window == StandardScaler(fittedTo: Matrix(rows: Array(rows[10..<40]))))
    #expect(window != StandardScaler(fittedTo: Matrix(rows: rows)))
  }

  @Test func `scaled columns have mean 0 and deviation 1, and scaling back restores them`() {
    var random = CounterRandom(seed: 2, path: ["scaler"])
    let x = Matrix(rows: (0..<200).map { _ in [100 + random.normal(), 1e-4 * random.normal()] })
    let scaler = StandardScaler(fittedTo: x)
    let scaled = scaler.transform(x)
    let again = StandardScaler(fittedTo: scaled)
    #expect(largestDifference(again.mean, [0, 0]) < 1e-12)
    #expect(largestDifference(again.scale, [1, 1]) < 1e-12)
    for t in 0..<200 {
      #expect(scaler.transform(Array(x.row(t))) == Array(scaled.row(t)))
      #expect(largestDifference(scaler.inverse(Array(scaled.row(t))), Array(x.row(t))) < 1e-12)
    }
  }

  @Test func `squashing is odd, rising and bounded`() {
    func squash(_ row: [Double]) -> [Double] {
      let ones = row.map { _ in 1.0 }
      return StandardScaler(mean: row.map { _ in 0 }, scale: ones).squashed(row)
    }
    let known = squash([0, 1.5])
    #expect(known[0] == 0)
    #expect((known[1] - 0.7615941559557649).magnitude < 1e-15)
    let row = (-100...100).map { Double($0) / 10 }
    let squashed = squash(row)
    #expect(squashed == squash(row.map { -$0 }).map { -$0 })
    // Scaled first: (x - 2) / 4.
    let scaler = StandardScaler(mean: [2, 2], scale: [4, 4])
    #expect(scaler.squashed([2, 8]) == known)
    #expect(zip(squashed, squashed.dropFirst()).allSatisfy { $0 < $1 })
    #expect(squashed.allSatisfy { $0.magnitude <= 1 })
  }
}
