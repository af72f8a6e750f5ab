import Allocation
import Kernels
import Market

extension AllocationReport {
  /// Correlations in the order of the symbols; 0 for a symbol that could not be measured.
  static func correlation(_ estimate: CovarianceEstimate, of symbols: [Symbol]) -> Matrix {
    let count = symbols.count
    var matrix = Matrix(rows: count, columns: count, repeating: 0)
    let rows = symbols.map { estimate.index(of: $0) }
    for i in 0..<count {
      matrix[i, i] = 1
      for j in 0..<count where i != j {
        if let a = rows[i], let b = rows[j] { matrix[i, j] = estimate.correlation[a, b] }
      }
    }
    return matrix
  }

  /// SHA-256 over the moment and, by symbol, what is held and what is traded to.
  static func hash(_ now: Timestamp, _ decision: AllocationDecision) -> String {
    var sha = SHA256()
    sha.update(now.milliseconds)
    for line in decision.lines {
      sha.update(line.symbol.name)
      sha.update(line.held)
      sha.update(line.target)
    }
    return sha.hex()
  }
}
