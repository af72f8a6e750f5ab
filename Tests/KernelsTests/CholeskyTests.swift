import Kernels
import Testing

@Suite struct CholeskyTests {
  @Test func `factors a matrix worked by hand`() throws {
    // [2 0 0; 6 1 0; -8 5 3] times its transpose.
    let a = Matrix(rows: [[4, 12, -16], [12, 37, -43], [-16, -43, 98]])
    let l = try #require(choleskyFactor(a))
    #expect(l == Matrix(rows: [[2, 0, 0], [6, 1, 0], [-8, 5, 3]]))
    // a · [1, 2, 3] = [-20, -43, 192].
    #expect(choleskySolve(l, [-20, -43, 192]) == [1, 2, 3])
  }

  @Test func `reads only the lower triangle`() throws {
    let whole = Matrix(rows: [[4, 2], [2, 5]])
    let lower = Matrix(rows: [[4, .nan], [2, 5]])
    #expect(choleskyFactor(lower) == choleskyFactor(whole))
  }

  @Test func `handles one element and none`() throws {
    let l = try #require(choleskyFactor(Matrix(rows: [[9]])))
    #expect(l.elements == [3])
    #expect(choleskySolve(l, [18]) == [2])
    let empty = try #require(choleskyFactor(Matrix(rows: [])))
    #expect(choleskySolve(empty, []).isEmpty)
  }

  @Test func `is nil for what is not positive definite`() {
    #expect(choleskyFactor(Matrix(rows: [[0]])) == nil)
    #expect(choleskyFactor(Matrix(rows: [[-1]])) == nil)
    #expect(choleskyFactor(Matrix(rows: [[1, 1], [1, 1]])) == nil)
    #expect(choleskyFactor(Matrix(rows: [[1, 2], [2, 1]])) == nil)
    #expect(choleskyFactor(Matrix(rows: [[1, 0], [.nan, 1]])) == nil)
    #expect(choleskyFactor(Matrix(rows: [[.infinity, 0], [0, 1]])) == nil)
    #expect(choleskyFactor(Matrix(rows: [[1, 0], [.infinity, 1]])) == nil)
  }

  @Test(arguments: [1, 2, 5, 20, 60])
  func `the factor rebuilds the matrix and solves it`(n: Int) throws {
    var random = CounterRandom(seed: 1, path: ["cholesky", "\(n)"])
    // B Bᵀ + I is positive definite whatever B is.
    let b = Matrix(rows: (0..<n).map { _ in (0..<n).map { _ in random.normal() } })
    var a = Matrix(rows: n, columns: n, repeating: 0)
    for i in 0..<n {
      for j in 0..<n {
        a[i, j] = (0..<n).reduce(i == j ? 1 : 0) { $0 + b[i, $1] * b[j, $1] }
      }
    }
    let l = try #require(choleskyFactor(a))
    // Backward error of Cholesky: about n · 2^-53 · trace, here well below 1e-12.
    for i in 0..<n {
      for j in 0..<n {
        let rebuilt = (0..<n).reduce(0) { $0 + l[i, $1] * l[j, $1] }
        #expect((rebuilt - a[i, j]).magnitude < 1e-12)
        if j > i { #expect(l[i, j] == 0) }
      }
    }
    let x = (0..<n).map { _ in random.normal() }
    let right = (0..<n).map { i in (0..<n).reduce(0) { $0 + a[i, $1] * x[$1] } }
    let solved = choleskySolve(l, right)
    // The condition number is below 4 n + 1.
    for i in 0..<n { #expect((solved[i] - x[i]).magnitude < 1e-10) }
  }

  @Test func `refuses shapes that do not match`() async {
    await #expect(processExitsWith: .failure) {
      _ = choleskyFactor(Matrix(rows: 2, columns: 3, repeating: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = choleskySolve(Matrix(rows: [[1]]), [1, 2])
    }
  }
}
