import Kernels
import Market

/// A covariance as an estimator leaves it, before it is known to be usable.
struct MeasuredCovariance {
  let symbols: [Symbol]
  let eligible: EligibleSymbols
  /// N×N over the eligible symbols, per bar.
  let covariance: [Double]
  /// Returns seen of each symbol, the others included.
  let observations: [Int]
  /// N×N returns that two eligible symbols have in common; nil where all have the same history.
  let common: [Int]?
  /// Pairs with fewer common returns are not known.
  let need: Int
  var shrinkage = 0.0
  /// What the correlations' smallest eigenvalue is at least, where shrinking says so.
  var leastEigenvalue = 0.0

  /// N×N correlations and the average of those that are known, where the others stand.
  private func correlations(_ volatilities: [Double]) -> (elements: [Double], average: Double) {
    let n = volatilities.count
    var correlation = covariance
    var unknown: [(Int, Int)] = []
    let average = correlation.withUnsafeMutableBufferPointer { c in
      volatilities.withUnsafeBufferPointer { volatilities in
        for i in 0..<n {
          let own = volatilities[i]
          for j in 0..<i { c[i * n + j] = max(-1, min(1, c[i * n + j] / (own * volatilities[j]))) }
          c[i * n + i] = 1
        }
      }
      var (sum, pairs) = (0.0, 0)
      for i in 0..<n {
        for j in 0..<i {
          if let common, common[i * n + j] < need {
            unknown.append((i, j))
            continue
          }
          sum += c[i * n + j]
          pairs += 1
        }
      }
      let average = pairs > 0 ? sum / Double(pairs) : 0
      for (i, j) in unknown { c[i * n + j] = average }
      for i in 0..<n {
        for j in 0..<i { c[j * n + i] = c[i * n + j] }
      }
      return average
    }
    return (correlation, average)
  }

  /// Turns a covariance into correlations between volatilities.
  ///
  /// Where all symbols have the same history, what was measured is positive semidefinite, and a
  /// singular matrix says that there are too few bars, or the same symbol twice: an error, since any
  /// repair would be an invention. Unequal histories can form a matrix that no returns have, which is
  /// repaired.
  /// - Parameter name: of the estimator, for the error.
  /// - Throws: `AllocationError.singularCovariance`.
  func estimate(name: String) throws(AllocationError) -> CovarianceEstimate {
    let n = eligible.indexes.count
    let volatilities = (0..<n).map { covariance[$0 * n + $0].squareRoot() }
    let (correlation, average) = correlations(volatilities)
    let counts = eligible.indexes.map { observations[$0] }
    let repaired = nearestCorrelation(
      Matrix(square: n, correlation), eigenvaluesAtLeast: leastEigenvalue)
    if repaired != nil {
      let longest = counts.max() ?? 0
      if common == nil || longest <= n {
        throw .singularCovariance(
          method: name, symbols: n, observations: longest)
      }
    }
    return CovarianceEstimate(
      symbols: eligible.indexes.map { symbols[$0] }, volatilities: volatilities,
      correlation: repaired ?? Matrix(square: n, correlation), shrinkage: shrinkage,
      averageCorrelation: average, observations: counts, excluded: eligible.excluded,
      isRepaired: repaired != nil)
  }
}
