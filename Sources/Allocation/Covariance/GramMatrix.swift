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
    guard panels > 0 else { return product }
    let rows = left.count / panels
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for p in 0..<panels {
          let first = UnsafeBufferPointer(rebasing: left[(p * rows)..<((p + 1) * rows)])
          for q in (isSymmetric ? p : 0)..<panels {
            let second = UnsafeBufferPointer(rebasing: right[(q * rows)..<((q + 1) * rows)])
            let (a, b, c, d) = tile(first, second)
            let columns = min(4, n - 4 * q)
            func write(_ sums: SIMD4<Double>, _ row: Int) {
              guard 4 * p + row < n else { return }
              for k in 0..<columns { product[(4 * p + row) * n + 4 * q + k] = sums[k] }
            }
            write(a, 0)
            write(b, 1)
            write(c, 2)
            write(d, 3)
          }
        }
      }
    }
    return product
  }

  /// The products of four columns with four, a vector a column on the left.
  /// - Precondition: both have as many rows.
  @inline(__always)
  private static func tile(
    _ left: UnsafeBufferPointer<SIMD4<Double>>, _ right: UnsafeBufferPointer<SIMD4<Double>>
  ) -> (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>) {
    var (a, b) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var (c, d) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    for t in left.indices {
      let u = left[t]
      let v = right[t]
      a += v * u.x
      b += v * u.y
      c += v * u.z
      d += v * u.w
    }
    return (a, b, c, d)
  }
}
