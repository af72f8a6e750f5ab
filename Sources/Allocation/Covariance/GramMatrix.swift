import Kernels

/// The products of columns of two arrays of T rows.
enum GramMatrix {
  /// `XᵀX`, n×n and symmetric to the bit.
  /// - Parameter x: T×n, row by row.
  static func of(_ x: [Double], columns n: Int) -> [Double] {
    let panels = GramKernels.panels(x, columns: n)
    var product = products(panels, panels, columns: n, isSymmetric: true)
    product.withUnsafeMutableBufferPointer { product in
      for i in 0..<n {
        for j in 0..<i { product[i * n + j] = product[j * n + i] }
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
    return products(
      GramKernels.panels(x, columns: n), GramKernels.panels(y, columns: n), columns: n,
      isSymmetric: false)
  }

  private static var width: Int { GramKernels.width }

  private static func panelCount(_ columns: Int) -> Int { (columns + width - 1) / width }

  /// - Parameter isSymmetric: whether what is below the diagonal is left out.
  private static func products(
    _ left: [Double], _ right: [Double], columns n: Int, isSymmetric: Bool
  ) -> [Double] {
    var product = Array(repeating: 0.0, count: n * n)
    let panels = panelCount(n)
    guard panels > 0 else { return product }
    let size = left.count / panels
    product.withUnsafeMutableBufferPointer { product in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width * width) { sums in
        left.withUnsafeBufferPointer { left in
          right.withUnsafeBufferPointer { right in
            for p in 0..<panels {
              let own = UnsafeBufferPointer(rebasing: left[(p * size)..<((p + 1) * size)])
              for q in (isSymmetric ? p : 0)..<panels {
                let other = UnsafeBufferPointer(rebasing: right[(q * size)..<((q + 1) * size)])
                GramKernels.tile(own, other, into: sums)
                place(sums, at: (width * p, width * q), in: product, columns: n)
              }
            }
          }
        }
      }
    }
    return product
  }

  /// Writes a tile's sums where they belong; what is beyond the last column is left out.
  private static func place(
    _ sums: UnsafeMutableBufferPointer<Double>, at first: (row: Int, column: Int),
    in product: UnsafeMutableBufferPointer<Double>, columns n: Int
  ) {
    let count = min(width, n - first.column)
    for row in 0..<min(width, n - first.row) {
      let to = (first.row + row) * n + first.column
      for k in 0..<count { product[to + k] = sums[width * row + k] }
    }
  }
}
