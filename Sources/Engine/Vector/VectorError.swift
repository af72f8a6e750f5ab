/// Why a run cannot take the vectorised path.
public enum VectorError: Error, Equatable, CustomStringConvertible {
  /// A setting that only the step loop knows.
  case needsStepLoop(String)
  /// Weights that do not fit the table.
  case badWeights(String)

  public var description: String {
    switch self {
    case .needsStepLoop(let setting):
      "'\(setting)' is for the step loop; the vectorised path has no such rule"
    case .badWeights(let what): what
    }
  }
}
