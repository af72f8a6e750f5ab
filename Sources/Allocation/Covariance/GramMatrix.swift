import Kernels

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

  private static var width: Int { GramKernels.width }

  private static func panelCount(_ columns: Int) -> Int { (columns + width - 1) / width }

  /// A panel of columns side by side, all rows of them, then the next panel: a tile reads memory in
  /// order. Columns beyond the last are 0.
  private static func packed(_ x: [Double], columns n: Int) -> [Double] {
    guard n > 0 else { return [] }
    let rows = x.count / n
    var panels = Array(repeating: 0.0, count: panelCount(n) * rows * width)
    for panel in 0..<panelCount(n) {
      let first = panel * width
      let count = min(width, n - first)
      for t in 0..<rows {
        let (to, from) = ((panel * rows + t) * width, t * n + first)
        for k in 0..<count { panels[to + k] = x[from + k] }
      }
    }
    return panels
  }

  /// - Parameter isSymmetric: whether what is below the diagonal is left out.
  private static func products(
    _ left: [Double], _ right: [Double], columns n: Int, isSymmetric: Bool
  ) -> [Double] {
    var product = Array(repeating: 0.0, count: n * n)
    let panels = panelCount(n)
    guard panels > 0 else { return product }
    let size = left.count / panels
    var sums = Array(repeating: 0.0, count: width * width)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for p in 0..<panels {
          let own = UnsafeBufferPointer(rebasing: left[(p * size)..<((p + 1) * size)])
          for q in (isSymmetric ? p : 0)..<panels {
            let other = UnsafeBufferPointer(rebasing: right[(q * size)..<((q + 1) * size)])
            sums.withUnsafeMutableBufferPointer { GramKernels.tile(own, other, into: $0) }
            let columns = min(width, n - width * q)
            for row in 0..<min(width, n - width * p) {
              let to = (width * p + row) * n + width * q
              for k in 0..<columns { product[to + k] = sums[width * row + k] }
            }
          }
        }
      }
    }
    return product
  }
}
