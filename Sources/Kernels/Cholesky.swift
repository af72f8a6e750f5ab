/// Returns the lower triangular L with L Lᵀ = a (Cholesky; Golub & Van Loan, 4th ed., §4.2), or
/// `nil` if a is not positive definite: a pivot is zero, negative, infinite or NaN.
///
/// Reads only the lower triangle of `a`; zeros stand above the diagonal of L. A column of L is taken
/// out of all that is left at once: elements side by side, each summed over k in increasing order. A
/// singular matrix may pass by rounding: where that matters, add a ridge.
/// - Parameter a: n×n, symmetric.
public func choleskyFactor(_ a: Matrix) -> Matrix? {
  precondition(a.rows == a.columns, "Cholesky's factor is of a square matrix")
  let n = a.rows
  var l = a.elements
  var column = [Double](repeating: 0, count: n)
  for k in 0..<n {
    let pivot = l[k * n + k]
    guard pivot > 0 && pivot < .infinity else { return nil }
    let root = pivot.squareRoot()
    l[k * n + k] = root
    for j in (k + 1)..<n {
      l[k * n + j] = 0
      column[j] = l[j * n + k] / root
      l[j * n + k] = column[j]
    }
    for i in (k + 1)..<n {
      let factor = column[i]
      for j in (k + 1)...i { l[i * n + j] -= factor * column[j] }
    }
  }
  return Matrix(rows: n, columns: n, elements: l)
}

/// Returns x with L Lᵀ x = b, by forward and backward substitution.
/// - Parameters:
///   - factor: n×n, the lower triangular L of `choleskyFactor`.
///   - b: n.
public func choleskySolve(_ factor: Matrix, _ b: [Double]) -> [Double] {
  precondition(factor.rows == factor.columns, "Cholesky's factor is square")
  precondition(b.count == factor.rows, "the right-hand side has one value a row")
  let n = b.count
  let l = factor.elements
  var x = b
  for i in 0..<n {
    var s = x[i]
    for k in 0..<i { s -= l[i * n + k] * x[k] }
    x[i] = s / l[i * n + i]
  }
  for i in stride(from: n - 1, through: 0, by: -1) {
    var s = x[i]
    for k in (i + 1)..<n { s -= l[k * n + i] * x[k] }
    x[i] = s / l[i * n + i]
  }
  return x
}
