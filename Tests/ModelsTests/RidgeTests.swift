import Foundation
import Kernels
import Models
import Testing

@Suite struct RidgeTests {
  private struct Fixture: Decodable {
    struct Fit: Decodable {
      let penalty: Double
      let weights: [Double]
      let intercept: Double
      let validationError: Double
    }
    let x: [[Double]]
    let y: [Double]
    let trainingRows: Int
    let fits: [Fit]
  }

  private static func fixture() throws -> (
    Fixture, (x: Matrix, y: [Double]), (x: Matrix, y: [Double])
  ) {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/ridge.json")
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    let n = fixture.trainingRows
    return (
      fixture, (Matrix(rows: Array(fixture.x.prefix(n))), Array(fixture.y.prefix(n))),
      (Matrix(rows: Array(fixture.x.dropFirst(n))), Array(fixture.y.dropFirst(n)))
    )
  }

  @Test func `two points by hand`() throws {
    // x = 1, 3 is z = -1, 1; y = 2, 6 is centred -2, 2. Z'Z / n = 1, Z'y / n = 2, so with
    // penalty 3 the standardised weight is 2 / (1 + 3) = .5 and the line is 4 + .5 (x - 2).
    let ridge = try #require(
      Ridge.fit(
        training: (Matrix(rows: [[1], [3]]), [2, 6]), validation: (Matrix(rows: [[2]]), [4]),
        penalties: [3]))
    #expect(ridge == Ridge(intercept: 3, weights: [0.5], penalty: 3))
    #expect(ridge.predict([10]) == 8)
  }

  /// Both solve the same 3 x 3 system in double precision.
  @Test func `equals numpy for each penalty`() throws {
    let (fixture, training, validation) = try RidgeTests.fixture()
    for expected in fixture.fits {
      let ridge = try #require(
        Ridge.fit(training: training, validation: validation, penalties: [expected.penalty]))
      for (ours, theirs) in zip(ridge.weights, expected.weights) {
        #expect((ours - theirs).magnitude < 1e-12 * (1 + theirs.magnitude))
      }
      #expect((ridge.intercept - expected.intercept).magnitude < 1e-11)
      var error = 0.0
      for t in 0..<validation.x.rows {
        let miss = validation.y[t] - ridge.predict(validation.x.row(t))
        error += miss * miss / Double(validation.x.rows)
      }
      #expect((error - expected.validationError).magnitude < 1e-11)
    }
  }

  @Test func `takes the penalty with the least validation error`() throws {
    let (fixture, training, validation) = try RidgeTests.fixture()
    let best = fixture.fits.min { $0.validationError < $1.validationError }
    let grid = fixture.fits.map(\.penalty)
    #expect(best?.penalty != grid.first && best?.penalty != grid.last)
    for penalties in [grid, grid.reversed()] {
      let ridge = Ridge.fit(training: training, validation: validation, penalties: penalties)
      #expect(ridge?.penalty == best?.penalty)
    }
  }

  @Test func `validation rows choose the penalty and nothing else`() throws {
    let (_, training, validation) = try RidgeTests.fixture()
    let other = (x: validation.x, y: validation.y.map { -$0 })
    #expect(
      Ridge.fit(training: training, validation: validation, penalties: [0.1])
        == Ridge.fit(training: training, validation: other, penalties: [0.1]))
  }

  @Test func `of equals the larger penalty wins`() throws {
    // A constant target is met by every penalty.
    let ridge = Ridge.fit(
      training: (Matrix(rows: [[1], [2], [4]]), [3, 3, 3]),
      validation: (Matrix(rows: [[9]]), [3]))
    #expect(ridge == Ridge(intercept: 3, weights: [0], penalty: 100))
  }

  @Test func `a huge penalty leaves the mean`() throws {
    let (_, training, validation) = try RidgeTests.fixture()
    let ridge = try #require(
      Ridge.fit(training: training, validation: validation, penalties: [1e12]))
    let mean = training.y.reduce(0, +) / Double(training.y.count)
    #expect((ridge.predict(training.x.row(0)) - mean).magnitude < 1e-9)
  }

  @Test func `columns that depend on each other need a penalty`() throws {
    let x = Matrix(rows: (0..<16).map { [Double($0 % 4), Double($0 % 4)] })
    let y = (0..<16).map { Double($0 % 4) }
    let part = (x: x, y: y)
    #expect(Ridge.fit(training: part, validation: part, penalties: [0]) == nil)
    let ridge = try #require(Ridge.fit(training: part, validation: part, penalties: [0, 1e-6]))
    #expect(ridge.penalty == 1e-6)
    #expect((ridge.predict([2, 2]) - 2).magnitude < 1e-5)
  }

  @Test func `too few rows give nothing`() {
    let none = (x: Matrix(rows: 0, columns: 2), y: [Double]())
    let one = (x: Matrix(rows: [[1, 2]]), y: [1.0])
    let two = (x: Matrix(rows: [[1, 2], [2, 1]]), y: [1.0, 2.0])
    #expect(Ridge.fit(training: one, validation: two) == nil)
    #expect(Ridge.fit(training: two, validation: none) == nil)
    #expect(Ridge.fit(training: none, validation: none) == nil)
    #expect(Ridge.fit(training: two, validation: one) != nil)
  }
}
