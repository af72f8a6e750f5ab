import Market

/// What can go wrong in an allocation that no default may hide.
public enum AllocationError: Error, Equatable {
  /// A setting has a value that makes no sense.
  case invalidSetting(name: String, value: Double, rule: String)
  /// A method that sizes open positions only cannot be a prior.
  case unsuitablePrior(String)
  /// An input of one symbol is NaN, infinite or outside its range.
  case invalidInput(symbol: Symbol, field: String, value: Double, rule: String)
  /// An input that belongs to all symbols is NaN, infinite or outside its range.
  case invalidContext(field: String, value: Double, rule: String)
  /// The same symbol was given twice.
  case duplicateSymbol(Symbol)
  /// A return is infinite. A missing return is NaN or nil.
  case infiniteReturn(symbol: Symbol, row: Int)
  /// The covariance of symbols with one history is singular: too few returns, or one symbol twice.
  case singularCovariance(method: String, symbols: Int, observations: Int)
  /// A covariance that is mixed by regimes was asked for where there are none.
  case noRegimes
  /// The risk budgets have no solution that could be found.
  case riskBudgetNotReached(residual: Double, iterations: Int)
  /// A sizing has no solution: a riskless hedge is expected to earn, or rounding kept it from ending.
  case quadraticProgramNotSolved(variables: Int)
  /// Rounding kept the projection onto the limits from ending.
  case projectionNotReached(iterations: Int)
  /// The targets break a limit, and nothing that was given explains it.
  case limitNotKept(LimitViolation)
}

extension AllocationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidSetting(let name, let value, let rule):
      "allocation: \(name) is \(value); it must be \(rule)"
    case .unsuitablePrior(let method):
      "allocation: the prior cannot be \(method), which sizes positions that rules have opened; use "
        + "mode in_out"
    case .invalidInput(let symbol, let field, let value, let rule):
      "allocation: \(field) of \(symbol) is \(value); it must be \(rule)"
    case .invalidContext(let field, let value, let rule):
      "allocation: \(field) is \(value); it must be \(rule)"
    case .duplicateSymbol(let symbol):
      "allocation: \(symbol) was given twice; name each symbol once"
    case .infiniteReturn(let symbol, let row):
      "allocation: return \(row) of \(symbol) is infinite; look for a price of zero in its bars"
    case .singularCovariance(let method, let symbols, let observations):
      "allocation: the covariance \(method) of \(symbols) symbols is singular on \(observations)"
        + " returns; give it more of them (window, min_observations), drop a symbol that is there"
        + " twice, or use a covariance that shrinks: two_speed, ledoit_wolf"
    case .noRegimes:
      "allocation: covariance mixture mixes by regimes, and returns alone have none; use another, such"
        + " as two_speed"
    case .riskBudgetNotReached(let residual, let iterations):
      "allocation: no weights reach the risk budgets (relative error \(residual) after "
        + "\(iterations) iterations); two positions may hedge each other completely, so drop one "
        + "or use method equal"
    case .quadraticProgramNotSolved(let variables):
      "allocation: the sizing of \(variables) symbols has no solution; two of them may hedge each "
        + "other completely, so drop one or use another method"
    case .projectionNotReached(let iterations):
      "allocation: no nearest weights within the limits were found"
        + (iterations > 0 ? " in \(iterations) steps" : "; widen the narrowest of them")
    case .limitNotKept(let violation):
      "allocation: a limit is broken although it could be kept: \(violation)"
    }
  }
}
