/// What can be wrong with a list of features.
public enum IndicatorsError: Error, Equatable {
  /// No feature has that name; `nearest` is the one spelled most alike.
  case unknownFeature(name: String, nearest: String)
  /// A user's column has a name that no list can hold.
  case badColumnName(name: String)
  case duplicateFeature(name: String)
  case noFeatures
}

extension IndicatorsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownFeature(let name, let nearest):
      "unknown feature '\(name)'; the nearest name is '\(nearest)'"
    case .badColumnName(let name):
      "'\(name)': a list names a column by letters, digits, '_', '-' and '.'; rename it in its file's "
        + "header and ingest that again"
    case .duplicateFeature(let name):
      "feature '\(name)' is listed twice; name it once"
    case .noFeatures:
      "the list of features is empty; name at least one, such as 'return_1'"
    }
  }
}
