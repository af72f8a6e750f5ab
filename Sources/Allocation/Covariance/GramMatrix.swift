/// The products of columns of two arrays of T rows.
enum GramMatrix {
  /// `XᵀX`, n×n and symmetric to the bit.
  /// - Parameter x: T×n, row by row.
  static func of(_ x: [Double], columns n: Int) -> [Double] {
    let (panels, rows) = (packed(x, columns: n), n == 0 ? 0 : x.count / n)
    var product = Array(repeating: 0.0, count: n * n)
    for p in 0..<panelCount(n) {
      for q in p..<panelCount(n) {
        tile(panels, p, panels, q, rows) { i, j, value in
          guard i < n, j < n, i <= j else { return }
          product[i * n + j] = value
          product[j * n + i] = value
        }
      }
    }
    return product
  }

  /// `XᵀY`, n×n.
  /// - Parameters:
  ///   - x: T×n, row by row.
  ///   - y: the same.
  static func of(_ x: [Double], _ y: [Double], columns n: Int) -> [Double] {
    precondition(x.count == y.count, "as many rows on both sides")
    let (left, right) = (packed(x, columns: n), packed(y, columns: n))
    let rows = n == 0 ? 0 : x.count / n
    var product = Array(repeating: 0.0, count: n * n)
    for p in 0..<panelCount(n) {
      for q in 0..<panelCount(n) {
        tile(left, p, right, q, rows) { i, j, value in
          if i < n, j < n { product[i * n + j] = value }
        }
      }
    }
    return product
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

  /// Four by four products, each summed over the rows in order.
  @inline(__always)
  private static func tile(
    _ left: [SIMD4<Double>], _ p: Int, _ right: [SIMD4<Double>], _ q: Int, _ rows: Int,
    _ store: (Int, Int, Double) -> Void
  ) {
    var (a, b) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var (c, d) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    let (x, y) = (left[(p * rows)..<((p + 1) * rows)], right[(q * rows)..<((q + 1) * rows)])
    for (u, v) in zip(x, y) {
      a += u[0] * v
      b += u[1] * v
      c += u[2] * v
      d += u[3] * v
    }
    for k in 0..<4 {
      store(4 * p, 4 * q + k, a[k])
      store(4 * p + 1, 4 * q + k, b[k])
      store(4 * p + 2, 4 * q + k, c[k])
      store(4 * p + 3, 4 * q + k, d[k])
    }
  }
}
