import Kernels

/// The covariance of assets that stand next to each other in a tree, in the order of its leaves: parts
/// of parts are read from neighbouring memory.
struct LeafBlock {
  let assets: [Int]
  /// n×n, row by row.
  private let elements: [Double]

  /// - Parameter assets: rows of the covariance, in the order of the leaves; at least one.
  init(_ covariance: Matrix, _ assets: [Int]) {
    self.assets = assets
    let (n, columns) = (assets.count, covariance.columns)
    let all = covariance.elements
    elements = Array(unsafeUninitializedCapacity: n * n) { block, written in
      for (i, asset) in assets.enumerated() {
        for j in 0..<n { block[i * n + j] = all[asset * columns + assets[j]] }
      }
      written = n * n
    }
  }

  /// The variance of the inverse-variance portfolio of all.
  var variance: Double { variance(of: 0..<assets.count) }

  /// The weights of recursive bisection: the order is halved again and again, and each half gets its
  /// share in inverse proportion to its variance.
  /// - Parameter whole: what the weights sum to.
  func bisected(_ whole: Double) -> [Double] {
    var weights = Array(repeating: whole, count: assets.count)
    var parts = [0..<assets.count]
    while let part = parts.popLast() {
      guard part.count > 1 else { continue }
      let middle = part.lowerBound + part.count / 2
      let (left, right) = (part.lowerBound..<middle, middle..<part.upperBound)
      let share = shareOfFirst(variance(of: left), variance(of: right))
      for leaf in left { weights[leaf] *= share }
      for leaf in right { weights[leaf] *= 1 - share }
      parts += [left, right]
    }
    return weights
  }

  /// The variance of the inverse-variance portfolio of a part, each row summed in order.
  private func variance(of part: Range<Int>) -> Double {
    let n = assets.count
    let inverse = part.map { 1 / elements[$0 * n + $0] }
    var total = 0.0
    for value in inverse { total += value }
    let weights = inverse.map { $0 / total }
    return max(
      0,
      elements.withUnsafeBufferPointer { elements in
        var variance = 0.0
        var a = 0
        // Four sums at a time, since each of them waits for itself.
        while a < part.count {
          let rows = min(4, part.count - a)
          var marginal = SIMD4<Double>.zero
          let first = (part.lowerBound + a) * n + part.lowerBound
          if rows == 4 {
            for b in weights.indices {
              let place = first + b
              marginal +=
                weights[b]
                * SIMD4(
                  elements[place], elements[place + n], elements[place + 2 * n],
                  elements[place + 3 * n])
            }
          } else {
            for row in 0..<rows {
              for b in weights.indices {
                marginal[row] += weights[b] * elements[first + row * n + b]
              }
            }
          }
          for row in 0..<rows { variance += weights[a + row] * marginal[row] }
          a += 4
        }
        return variance
      })
  }
}
