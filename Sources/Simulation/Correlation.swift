public import Kernels

/// How the symbols' innovations of one bar correlate.
public enum Correlation: Sendable, Equatable {
  /// All pairs alike, from 0 to below 1: one common factor.
  case oneFactor(Double)
  /// N x N, symmetric and positive definite, ones on its diagonal; in the order of the symbols.
  case matrix(Matrix)

  /// Returns N standard normal series that correlate so, made from N independent ones and a factor.
  ///
  /// A series depends on itself, the factor and series before it only, so a symbol that is added at
  /// the end leaves the others as they are.
  ///
  /// - Parameters:
  ///   - own: N series of equal length.
  ///   - factor: one more of that length.
  func innovations(own: [[Double]], factor: [Double]) throws(SimulationError) -> [[Double]] {
    switch self {
    case .oneFactor(let rho):
      let (common, rest) = (rho.squareRoot(), (1 - rho).squareRoot())
      return own.map { series in
        series.indices.map { common * factor[$0] + rest * series[$0] }
      }
    case .matrix(let matrix):
      guard let lower = choleskyFactor(matrix) else {
        throw .invalid(
          setting: "correlation", value: "matrix", allowed: "positive definite")
      }
      return own.indices.map { i in
        factor.indices.map { t in
          var sum = 0.0
          for j in 0...i { sum += lower[i, j] * own[j][t] }
          return sum
        }
      }
    }
  }

  func check(symbols: Int) throws(SimulationError) {
    switch self {
    case .oneFactor(let rho):
      guard rho >= 0, rho < 1 else {
        throw .invalid(setting: "correlation", value: "\(rho)", allowed: "from 0 to below 1")
      }
    case .matrix(let matrix):
      let isSquare = matrix.rows == symbols && matrix.columns == symbols
      guard isSquare, (0..<symbols).allSatisfy({ matrix[$0, $0] == 1 }) else {
        throw .invalid(
          setting: "correlation", value: "matrix of \(matrix.rows) x \(matrix.columns)",
          allowed: "\(symbols) x \(symbols) with ones on its diagonal")
      }
      for i in 0..<symbols {
        for j in 0..<i where matrix[i, j] != matrix[j, i] {
          throw .invalid(
            setting: "correlation",
            value: "\(matrix[j, i]) in row \(j + 1), \(matrix[i, j]) in column \(j + 1)",
            allowed: "symmetric")
        }
      }
    }
  }
}
