import Market

/// What can go wrong in an allocation that no default may hide.
public enum AllocationError: Error, Equatable {
  /// A setting has a value that makes no sense.
  case invalidSetting(name: String, value: Double, rule: String)
  /// An input of one symbol is NaN, infinite or outside its range.
  case invalidInput(symbol: Symbol, field: String, value: Double, rule: String)
  /// An input that belongs to all symbols is NaN, infinite or outside its range.
  case invalidContext(field: String, value: Double, rule: String)
  /// The same symbol was given twice.
  case duplicateSymbol(Symbol)
  /// A return is infinite. A missing return is NaN or nil.
  case infiniteReturn(symbol: Symbol, row: Int)
  /// The risk budgets have no solution that could be found.
  case riskBudgetNotReached(residual: Double, iterations: Int)
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
    case .invalidInput(let symbol, let field, let value, let rule):
      "allocation: \(field) of \(symbol) is \(value); it must be \(rule)"
    case .invalidContext(let field, let value, let rule):
      "allocation: \(field) is \(value); it must be \(rule)"
    case .duplicateSymbol(let symbol):
      "allocation: \(symbol) was given twice; name each symbol once"
    case .infiniteReturn(let symbol, let row):
      "allocation: return \(row) of \(symbol) is infinite; look for a price of zero in its bars"
    case .riskBudgetNotReached(let residual, let iterations):
      "allocation: no weights reach the risk budgets (relative error \(residual) after "
        + "\(iterations) iterations); two positions may hedge each other completely, so drop one "
        + "or use method equal"
    case .projectionNotReached(let iterations):
      "allocation: no nearest weights within the limits were found in \(iterations) steps"
    case .limitNotKept(let violation):
      "allocation: a limit is broken although it could be kept: \(violation)"
    }
  }
}
