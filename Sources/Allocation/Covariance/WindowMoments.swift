import Kernels

/// The covariance of a window of returns about their means, and how uncertain it is.
///
/// A missing return takes part in nothing: the mean and the variance of a symbol are of the returns it
/// has, a product of two symbols is of the bars that both have.
struct WindowMoments {
  let count: Int
  /// Bars of the window.
  let rows: Int
  /// Returns of each symbol.
  let observations: [Int]
  /// T×N about the means, 0 where a return is missing.
  let centred: [Double]
  /// N×N bars that two symbols have in common; nil where every return is there.
  let common: [Double]?
  /// N×N, `Σ z_i z_j / T_ij`.
  let covariance: [Double]
  /// `Σ_ij Var(S_ij)`, the noise of all elements together: `(mean of z_i² z_j² − S_ij²) / T_ij`.
  let noise: Double

  /// - Parameter returns: T×N, row by row; NaN is a missing return. A column without a return has a
  ///   variance of 0, or none where there are no rows at all.
  init(_ returns: [Double], columns n: Int) {
    let rows = n == 0 ? 0 : returns.count / n
    let (counts, sums) = ReturnsKernels.sums(returns, columns: n)
    let isComplete = counts.allSatisfy { $0 == Double(rows) }
    let centred = ReturnsKernels.centred(returns, about: zip(sums, counts).map { $0 / $1 })
    let common =
      isComplete ? nil : GramMatrix.of(returns.map { $0.isNaN ? 0 : 1 }, columns: n)
    var covariance = GramMatrix.of(centred, columns: n)
    if let common {
      for entry in covariance.indices {
        covariance[entry] = common[entry] > 0 ? covariance[entry] / common[entry] : 0
      }
    } else {
      let bars = Double(rows)
      covariance.withUnsafeMutableBufferPointer { covariance in
        for entry in covariance.indices { covariance[entry] /= bars }
      }
    }
    count = n
    observations = counts.map { Int($0) }
    self.rows = rows
    self.centred = centred
    self.common = common
    self.covariance = covariance
    noise = WindowMoments.noise(centred, covariance, common, rows: rows, columns: n)
  }

  /// Bars that two symbols have in common.
  func bars(_ i: Int, _ j: Int) -> Double { common?[i * count + j] ?? Double(rows) }

  /// `Σ_t (Σ_i z_i²)²`, each sum in order.
  private static func fourthMoment(_ centred: [Double], rows: Int, columns n: Int) -> Double {
    centred.withUnsafeBufferPointer { z in
      var fourth = 0.0
      var t = 0
      // Four rows at a time, since each sum waits for itself.
      while t + 4 <= rows {
        var squares = SIMD4<Double>.zero
        for i in 0..<n {
          let own = SIMD4(
            z[t * n + i], z[(t + 1) * n + i], z[(t + 2) * n + i], z[(t + 3) * n + i])
          squares += own * own
        }
        for row in 0..<4 { fourth += squares[row] * squares[row] }
        t += 4
      }
      while t < rows {
        var squares = 0.0
        for i in 0..<n { squares += z[t * n + i] * z[t * n + i] }
        fourth += squares * squares
        t += 1
      }
      return fourth
    }
  }

  /// Where every return is there, `Σ_ij Σ_t z_i² z_j² = Σ_t (Σ_i z_i²)²`: no product of N² a bar.
  private static func noise(
    _ centred: [Double], _ covariance: [Double], _ common: [Double]?, rows: Int, columns n: Int
  ) -> Double {
    guard let common else {
      let fourth = fourthMoment(centred, rows: rows, columns: n)
      let squares = sumOfSquares(covariance)
      let bars = Double(rows)
      return max(0, fourth / bars - squares) / bars
    }
    let products = GramMatrix.of(centred.map { $0 * $0 }, columns: n)
    var noise = 0.0
    for entry in covariance.indices where common[entry] > 0 {
      let element = covariance[entry]
      noise += max(0, products[entry] / common[entry] - element * element) / common[entry]
    }
    return noise
  }
}

/// `Σ x²`: every fourth of them in order, then the four sums.
func sumOfSquares(_ numbers: [Double]) -> Double {
  numbers.withUnsafeBufferPointer { x in
    var sums = SIMD4<Double>.zero
    let whole = x.count / 4 * 4
    for first in stride(from: 0, to: whole, by: 4) {
      let own = SIMD4(x[first], x[first + 1], x[first + 2], x[first + 3])
      sums += own * own
    }
    var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
    for place in whole..<x.count { sum += x[place] * x[place] }
    return sum
  }
}
