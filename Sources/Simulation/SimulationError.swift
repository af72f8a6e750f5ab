/// A setting of the generator that makes no market, and what it may be.
public enum SimulationError: Error, Equatable {
  case invalid(setting: String, value: String, allowed: String)
}

extension SimulationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalid(let setting, let value, let allowed): "\(setting) \(value): must be \(allowed)"
    }
  }
}
