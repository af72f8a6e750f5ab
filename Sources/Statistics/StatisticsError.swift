/// What a statistic cannot be computed from.
public enum StatisticsError: Error, Equatable {
  /// A series has fewer values than the statistic needs.
  case tooShort(have: Int, need: Int)
  /// A value is NaN or infinite.
  case notFinite(index: Int)
  /// An equity series starts with nothing to grow.
  case startNotPositive(value: Double)
  /// Two series that belong together differ in length.
  case lengthsDiffer(Int, Int)
  /// A parameter is outside its range.
  case invalidParameter(name: String, value: Double, rule: String)
}

extension StatisticsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let have, let need):
      "statistics: the series has \(have) values; \(need) are needed"
    case .notFinite(let index):
      "statistics: value \(index) is not a finite number"
    case .startNotPositive(let value):
      "statistics: equity starts at \(value); it must start above 0"
    case .lengthsDiffer(let a, let b):
      "statistics: the series have \(a) and \(b) values; give them the same steps"
    case .invalidParameter(let name, let value, let rule):
      "statistics: \(name) is \(value); it must be \(rule)"
    }
  }
}
