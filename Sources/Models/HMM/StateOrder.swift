import Kernels

/// What orders the states of a fitted model, so that a label means the same after every refit.
///
/// Labels of consecutive refits agree on .90 of the bars when ordered by volatility and on .68
/// when ordered by mean return, and the mean of a state predicts nothing out of sample.
public enum StateOrder: Sendable, Equatable {
  /// Calm first. A state's log volatility is `1/2 log variance` of column `returns`; if column
  /// `logVolatility` holds the log of a trailing volatility, it is the average of that and the
  /// state's mean there. Both estimate one quantity: the variance is sharp but comes from few bars
  /// in a rare state, the mean is smooth but lags.
  case volatility(returns: Int, logVolatility: Int? = nil)
  /// Lowest mean of a column first: `bear` to `bull` for returns.
  case mean(column: Int)
  /// Calm first, by the mean squared return of the bars in a state, whatever was observed.
  case volatilityOfReturns
  /// Lowest mean return of the bars in a state first.
  case meanOfReturns

  /// Whether the order is of the bars' returns rather than of the observed variables.
  var isOfReturns: Bool { self == .volatilityOfReturns || self == .meanOfReturns }

  /// What states are called in this order: for three by volatility calm, normal, turbulent.
  public func names(_ states: Int) -> [String] {
    switch (self, states) {
    case (.volatility, 2), (.volatilityOfReturns, 2): return ["calm", "turbulent"]
    case (.volatility, 3), (.volatilityOfReturns, 3): return ["calm", "normal", "turbulent"]
    case (.mean, 2), (.meanOfReturns, 2): return ["bear", "bull"]
    case (.mean, 3), (.meanOfReturns, 3): return ["bear", "neutral", "bull"]
    default: return (0..<states).map { "state \($0 + 1)" }
    }
  }

  /// Returns the states in this order, as indices into `model`.
  ///
  /// Ties go by the mean of the first variable, then by index.
  ///
  /// - Parameter scale: D units of the model's variables. A log volatility that was standardised
  ///   has to be brought back to its natural unit before it is averaged with another.
  func permutation(of model: GaussianHMM, scale: [Double]) -> [Int] {
    let variances = model.variances
    let scores = (0..<model.states).map { k -> Double in
      switch self {
      case .volatility(let returns, let logVolatility):
        let fromReturns = 0.5 * Elementary.log(variances[k, returns])
        guard let column = logVolatility else { return fromReturns }
        return 0.5 * (fromReturns + model.means[k, column] * scale[column])
      case .mean(let column):
        return model.means[k, column]
      case .volatilityOfReturns, .meanOfReturns:
        preconditionFailure("this order wants the bars' returns")
      }
    }
    return sorted(scores, model)
  }

  /// Returns the states in an order of returns, as indices into `model`.
  ///
  /// A bar counts for each state by its filtered probability, which is how the state will be read.
  /// A state that the filter never saw comes last.
  ///
  /// - Parameters:
  ///   - x: T x D observations in the model's units.
  ///   - returns: T log returns of the same bars.
  func permutation(of model: GaussianHMM, _ x: Matrix, returns: [Double]) -> [Int] {
    precondition(returns.count == x.rows, "a return a row")
    let posterior = model.filter(x)
    let scores = (0..<model.states).map { k -> Double in
      var weight = 0.0
      var sum = 0.0
      for t in 0..<x.rows {
        let r = returns[t]
        weight += posterior[t, k]
        sum += posterior[t, k] * (self == .volatilityOfReturns ? r * r : r)
      }
      return weight > 0 ? sum / weight : .infinity
    }
    return sorted(scores, model)
  }

  private func sorted(_ scores: [Double], _ model: GaussianHMM) -> [Int] {
    (0..<model.states).sorted { a, b in
      (scores[a], model.means[a, 0], a) < (scores[b], model.means[b, 0], b)
    }
  }

  /// Whether the order's columns exist in observations of `dimensions` variables.
  func fits(_ dimensions: Int) -> Bool {
    switch self {
    case .volatility(let returns, let logVolatility):
      return (0..<dimensions).contains(returns)
        && logVolatility.map { (0..<dimensions).contains($0) } ?? true
    case .mean(let column):
      return (0..<dimensions).contains(column)
    case .volatilityOfReturns, .meanOfReturns:
      return true
    }
  }
}

extension GaussianHMM {
  /// Returns the same model with its states renumbered: new state k is old state `permutation[k]`.
  public func permuted(_ permutation: [Int]) -> GaussianHMM {
    precondition(permutation.sorted() == Array(0..<states), "\(permutation) is no permutation")
    return GaussianHMM(
      unchecked: permutation.map { start[$0] },
      transition: Matrix(rows: permutation.map { i in permutation.map { transition[i, $0] } }),
      means: Matrix(rows: permutation.map { Array(means.row($0)) }),
      covariance: covariance.permuted(permutation))
  }
}
