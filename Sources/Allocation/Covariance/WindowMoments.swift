import Kernels

/// The covariance of a window of returns about their means, and how uncertain it is.
///
/// A missing return takes part in nothing: the mean and the variance of a symbol are of the returns it
/// has, a product of two symbols is of the bars that both have.
struct WindowMoments {
  let count: Int
  /// Bars of the window.
  let rows: Int
  /// T×N about the means, 0 where a return is missing.
  let centred: [Double]
  /// N×N bars that two symbols have in common; nil where every return is there.
  let common: [Double]?
  /// N×N, `Σ z_i z_j / T_ij`.
  let covariance: [Double]
  /// `Σ_ij Var(S_ij)`, the noise of all elements together: `(mean of z_i² z_j² − S_ij²) / T_ij`.
  let noise: Double

  /// - Parameter returns: T×N, row by row; NaN is a missing return. At least one row, and at least
  ///   one return in each column.
  init(_ returns: [Double], columns n: Int) {
    let rows = n == 0 ? 0 : returns.count / n
    var (sums, counts) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n))
    for t in 0..<rows {
      for i in 0..<n where !returns[t * n + i].isNaN {
        sums[i] += returns[t * n + i]
        counts[i] += 1
      }
    }
    let means = zip(sums, counts).map { $0 / $1 }
    let isComplete = counts.allSatisfy { $0 == Double(rows) }
    var centred = returns
    var present = isComplete ? [] : Array(repeating: 1.0, count: returns.count)
    for t in 0..<rows {
      for i in 0..<n {
        let value = returns[t * n + i]
        centred[t * n + i] = value.isNaN ? 0 : value - means[i]
        if value.isNaN { present[t * n + i] = 0 }
      }
    }
    let common = isComplete ? nil : GramMatrix.of(present, columns: n)
    var covariance = GramMatrix.of(centred, columns: n)
    for entry in covariance.indices {
      let bars = common?[entry] ?? Double(rows)
      covariance[entry] = bars > 0 ? covariance[entry] / bars : 0
    }
    count = n
    self.rows = rows
    self.centred = centred
    self.common = common
    self.covariance = covariance
    noise = WindowMoments.noise(centred, covariance, common, rows: rows, columns: n)
  }

  /// Bars that two symbols have in common.
  func bars(_ i: Int, _ j: Int) -> Double { common?[i * count + j] ?? Double(rows) }

  /// Where every return is there, `Σ_ij Σ_t z_i² z_j² = Σ_t (Σ_i z_i²)²`: no product of N² a bar.
  private static func noise(
    _ centred: [Double], _ covariance: [Double], _ common: [Double]?, rows: Int, columns n: Int
  ) -> Double {
    guard let common else {
      var fourth = 0.0
      for t in 0..<rows {
        var squares = 0.0
        for i in 0..<n { squares += centred[t * n + i] * centred[t * n + i] }
        fourth += squares * squares
      }
      var squares = 0.0
      for element in covariance { squares += element * element }
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
