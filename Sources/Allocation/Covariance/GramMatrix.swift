/// The products of columns of two arrays of T rows.
enum GramMatrix {
  /// `XᵀX`, n×n and symmetric to the bit.
  /// - Parameter x: T×n, row by row.
  static func of(_ x: [Double], columns n: Int) -> [Double] {
    let panels = packed(x, columns: n)
    var product = products(panels, panels, columns: n, isSymmetric: true)
    for i in 0..<n {
      for j in 0..<i { product[i * n + j] = product[j * n + i] }
    }
    return product
  }

  /// `XᵀY`, n×n.
  /// - Parameters:
  ///   - x: T×n, row by row.
  ///   - y: the same.
  static func of(_ x: [Double], _ y: [Double], columns n: Int) -> [Double] {
    precondition(x.count == y.count, "as many rows on both sides")
    return products(
      packed(x, columns: n), packed(y, columns: n), columns: n, isSymmetric: false)
  }

  private static func panelCount(_ columns: Int) -> Int { (columns + 3) / 4 }

  /// Four columns side by side, all rows of them, then the next four: a tile reads memory in order.
  /// Columns beyond the last are 0.
  private static func packed(_ x: [Double], columns n: Int) -> [SIMD4<Double>] {
    guard n > 0 else { return [] }
    let rows = x.count / n
    var panels: [SIMD4<Double>] = []
    panels.reserveCapacity(panelCount(n) * rows)
    for first in stride(from: 0, to: n, by: 4) {
      let width = min(4, n - first)
      for t in 0..<rows {
        var lane = SIMD4<Double>.zero
        for k in 0..<width { lane[k] = x[t * n + first + k] }
        panels.append(lane)
      }
    }
    return panels
  }

  /// Four by four products at a time, each summed over the rows in order.
  /// - Parameter isSymmetric: whether what is below the diagonal is left out.
  private static func products(
    _ left: [SIMD4<Double>], _ right: [SIMD4<Double>], columns n: Int, isSymmetric: Bool
  ) -> [Double] {
    var product = Array(repeating: 0.0, count: n * n)
    let panels = panelCount(n)
    let rows = panels == 0 ? 0 : left.count / panels
    for p in 0..<panels {
      for q in (isSymmetric ? p : 0)..<panels {
        var (a, b) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        var (c, d) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        let (x, y) = (p * rows, q * rows)
        for t in 0..<rows {
          let u = left[x + t]
          let v = right[y + t]
          a += v * u.x
          b += v * u.y
          c += v * u.z
          d += v * u.w
        }
        for (row, sums) in [a, b, c, d].enumerated() where 4 * p + row < n {
          for k in 0..<min(4, n - 4 * q) { product[(4 * p + row) * n + 4 * q + k] = sums[k] }
        }
      }
    }
    return product
  }
}
