public import Kernels

/// A linear forecast `intercept + weights . x`, shrunk towards the mean of the target.
///
/// On columns standardised over the training rows it minimises
/// `sum (y - b0 - z . b)^2 / n + penalty |b|^2` (Hoerl and Kennard 1970), solved in closed form.
/// The penalty is per row, so one grid serves windows of any length.
public struct Ridge: Sendable, Equatable {
  public let intercept: Double
  /// One weight a column, in the columns' natural units.
  public let weights: [Double]
  /// The penalty that was chosen.
  public let penalty: Double

  /// Penalties from almost none to one that leaves little but the mean.
  public static let defaultPenalties: [Double] = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100]

  public init(intercept: Double, weights: [Double], penalty: Double) {
    self.intercept = intercept
    self.weights = weights
    self.penalty = penalty
  }

  /// Returns the forecast for one row.
  public func predict(_ row: some Collection<Double>) -> Double {
    precondition(row.count == weights.count, "\(row.count) values, the ridge has \(weights.count)")
    var sum = intercept
    for (weight, value) in zip(weights, row) { sum += weight * value }
    return sum
  }

  /// Fits for each penalty on the training rows and keeps the one with the least mean squared error
  /// on the validation rows; of equals the larger penalty.
  ///
  /// A penalty of 0 is passed over if the columns depend on each other.
  ///
  /// - Parameters:
  ///   - training: inputs, a row an observation, and one target a row; scaling is fitted to them.
  ///   - validation: the same for later rows.
  ///   - penalties: 0 or more each; at least one.
  /// - Returns: Nil if there are fewer than two training rows or no validation row to choose by.
  /// - Precondition: all values are finite.
  public static func fit(
    training: (x: Matrix, y: [Double]), validation: (x: Matrix, y: [Double]),
    penalties: [Double] = defaultPenalties
  ) -> Ridge? {
    precondition(training.x.rows == training.y.count, "a target a training row")
    precondition(validation.x.rows == validation.y.count, "a target a validation row")
    precondition(!penalties.isEmpty && penalties.allSatisfy { $0 >= 0 }, "penalties are 0 or more")
    for part in [training, validation] {
      let isFinite = part.x.elements.allSatisfy(\.isFinite) && part.y.allSatisfy(\.isFinite)
      precondition(isFinite, "a regression is of finite values")
    }
    guard training.x.rows >= 2, validation.x.rows >= 1 else { return nil }
    precondition(training.x.columns == validation.x.columns, "both parts have the same columns")
    let problem = NormalEquations(training.x, training.y)
    var best: (ridge: Ridge, error: Double)?
    for penalty in penalties.sorted(by: >) {
      guard let ridge = problem.solve(penalty: penalty) else { continue }
      var error = 0.0
      for t in 0..<validation.x.rows {
        let miss = validation.y[t] - ridge.predict(validation.x.row(t))
        error += miss * miss
      }
      if best.map({ error < $0.error }) ?? true { best = (ridge, error) }
    }
    return best?.ridge
  }
}

/// Moments of standardised columns and a centred target, shared by all penalties.
private struct NormalEquations {
  let scaler: StandardScaler
  let targetMean: Double
  /// D x D: `Z' Z / n`.
  var gram: Matrix
  /// D: `Z' (y - mean) / n`.
  var moment: [Double]

  init(_ x: Matrix, _ y: [Double]) {
    scaler = StandardScaler(fittedTo: x)
    let (n, D) = (Double(x.rows), x.columns)
    var sum = 0.0
    for value in y { sum += value }
    targetMean = sum / n
    var products = Array(repeating: 0.0, count: D * D)
    moment = Array(repeating: 0.0, count: D)
    for t in 0..<x.rows {
      let z = scaler.transform(Array(x.row(t)))
      for i in 0..<D {
        moment[i] += z[i] * (y[t] - targetMean)
        for j in 0...i { products[i * D + j] += z[i] * z[j] }
      }
    }
    gram = Matrix(rows: D, columns: D)
    for i in 0..<D {
      moment[i] /= n
      for j in 0...i {
        gram[i, j] = products[i * D + j] / n
        gram[j, i] = gram[i, j]
      }
    }
  }

  func solve(penalty: Double) -> Ridge? {
    var system = gram
    for i in 0..<system.rows { system[i, i] += penalty }
    guard let factor = choleskyFactor(system) else { return nil }
    let standardised = choleskySolve(factor, moment)
    let weights = standardised.indices.map { standardised[$0] / scaler.scale[$0] }
    var intercept = targetMean
    for (weight, mean) in zip(weights, scaler.mean) { intercept -= weight * mean }
    return Ridge(intercept: intercept, weights: weights, penalty: penalty)
  }
}
