public import Kernels

/// The shape that the covariances of a model's states have.
public enum CovarianceType: String, CaseIterable, Sendable {
  /// A variance for every state and variable; within a state the variables are independent.
  case diagonal
  /// A covariance matrix for every state.
  case full
  /// One covariance matrix for all states, which differ in their means alone.
  case tied
  /// A variance for every state, the same for all variables: it wants them in one unit.
  case spherical
}

/// The covariances of K states over D variables.
public enum StateCovariance: Sendable, Equatable {
  /// K x D variances.
  case diagonal(Matrix)
  /// K matrices D x D.
  case full([Matrix])
  /// One matrix D x D.
  case tied(Matrix)
  /// K variances.
  case spherical([Double])

  public var type: CovarianceType {
    switch self {
    case .diagonal: .diagonal
    case .full: .full
    case .tied: .tied
    case .spherical: .spherical
    }
  }

  /// The variance of each variable in each state, K x D.
  func variances(states: Int, dimensions: Int) -> Matrix {
    func filled(_ variance: (Int, Int) -> Double) -> Matrix {
      var result = Matrix(rows: states, columns: dimensions)
      for k in 0..<states {
        for d in 0..<dimensions { result[k, d] = variance(k, d) }
      }
      return result
    }
    switch self {
    case .diagonal(let variances): return variances
    case .full(let matrices): return filled { k, d in matrices[k][d, d] }
    case .tied(let matrix): return filled { _, d in matrix[d, d] }
    case .spherical(let variances): return filled { k, _ in variances[k] }
    }
  }

  /// The number of free parameters.
  func parameterCount(states: Int, dimensions: Int) -> Int {
    switch self {
    case .diagonal: states * dimensions
    case .full: states * dimensions * (dimensions + 1) / 2
    case .tied: dimensions * (dimensions + 1) / 2
    case .spherical: states
    }
  }

  /// The covariances of the states in another order: new state k is old state `permutation[k]`.
  func permuted(_ permutation: [Int]) -> StateCovariance {
    switch self {
    case .diagonal(let variances):
      .diagonal(Matrix(rows: permutation.map { Array(variances.row($0)) }))
    case .full(let matrices): .full(permutation.map { matrices[$0] })
    case .tied: self
    case .spherical(let variances): .spherical(permutation.map { variances[$0] })
    }
  }
}

extension StateCovariance {
  /// Why these are not the shapes of K states over D variables; nil if they are.
  func shapeFlaw(states: Int, dimensions: Int) -> String? {
    switch self {
    case .diagonal(let variances):
      guard variances.rows == states, variances.columns == dimensions else {
        return "means and variances are not both \(states) x \(dimensions)"
      }
    case .full(let matrices):
      guard matrices.count == states,
        matrices.allSatisfy({ $0.rows == dimensions && $0.columns == dimensions })
      else {
        return "the covariances are not \(states) matrices of \(dimensions) x \(dimensions)"
      }
    case .tied(let matrix):
      guard matrix.rows == dimensions, matrix.columns == dimensions else {
        return "the covariance is not \(dimensions) x \(dimensions)"
      }
    case .spherical(let variances):
      guard variances.count == states else {
        return "\(variances.count) variances for \(states) states"
      }
    }
    return nil
  }

  /// Why these are no covariances, their shapes being right; nil if they are.
  var valueFlaw: String? {
    switch self {
    case .diagonal(let variances): StateCovariance.flaw(of: variances.elements)
    case .spherical(let variances): StateCovariance.flaw(of: variances)
    case .tied(let matrix): StateCovariance.flaw(of: matrix, named: "the covariance")
    case .full(let matrices):
      matrices.indices.lazy.compactMap { k in
        StateCovariance.flaw(of: matrices[k], named: "the covariance of state \(k)")
      }.first
    }
  }

  private static func flaw(of variances: [Double]) -> String? {
    variances.allSatisfy { $0 > 0 && $0.isFinite } ? nil : "a variance is not above 0"
  }

  private static func flaw(of matrix: Matrix, named name: String) -> String? {
    guard matrix.elements.allSatisfy(\.isFinite) else { return "\(name) is not finite" }
    guard choleskyFactor(matrix) != nil else { return "\(name) is not positive definite" }
    for i in 0..<matrix.rows {
      for j in 0..<i {
        let scale = (matrix[i, i] * matrix[j, j]).squareRoot()
        guard (matrix[i, j] - matrix[j, i]).magnitude <= 1e-9 * scale else {
          return "\(name) is not symmetric"
        }
      }
    }
    return nil
  }
}
