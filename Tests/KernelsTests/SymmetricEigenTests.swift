import Kernels
import Testing

@Suite struct SymmetricEigenTests {
  @Test func `two by two worked by hand`() {
    let (values, vectors) = symmetricEigen(Matrix(rows: [[2, 1], [1, 2]]))
    #expect(values.sorted().map { ($0 * 1e12).rounded() } == [1e12, 3e12])
    for column in 0..<2 { #expect(abs(abs(vectors[0, column]) - 0.5.squareRoot()) < 1e-15) }
    #expect(symmetricEigen(Matrix(rows: 0, columns: 0)).values.isEmpty)
  }

  @Test func `values and vectors make up the matrix`() {
    var random = CounterRandom(seed: 14, path: ["eigen"])
    for _ in 0..<60 {
      let n = 1 + random.below(12)
      var matrix = Matrix(rows: n, columns: n)
      for i in 0..<n {
        for j in 0...i {
          matrix[i, j] = random.normal()
          matrix[j, i] = matrix[i, j]
        }
      }
      let (values, vectors) = symmetricEigen(matrix)
      for i in 0..<n {
        for j in 0..<n {
          var (sum, product) = (0.0, 0.0)
          for k in 0..<n {
            sum += vectors[i, k] * values[k] * vectors[j, k]
            product += vectors[k, i] * vectors[k, j]
          }
          #expect(abs(sum - matrix[i, j]) < 1e-12)
          #expect(abs(product - (i == j ? 1 : 0)) < 1e-12)
        }
      }
    }
  }
}
