import Market

/// Hard limits on weights, as fractions of equity. Cash is what the weights leave.
public struct LimitSettings: Sendable, Equatable {
  /// The most that the absolute weights may add up to: 1 is no leverage.
  public var gross: Double
  /// The most that one symbol's absolute weight may be; nil is no limit.
  public var perSymbol: Double?
  /// Limits of single symbols, in place of `perSymbol`.
  public var perSymbolOverrides: [Symbol: Double]

  public init(
    gross: Double = 1, perSymbol: Double? = nil, perSymbolOverrides: [Symbol: Double] = [:]
  ) {
    self.gross = gross
    self.perSymbol = perSymbol
    self.perSymbolOverrides = perSymbolOverrides
  }

  /// Sums of weights round: a limit counts as kept up to this relative excess.
  ///
  /// Without it, six weights of 1/6 would add up to more than a gross limit of 1 and be rescaled.
  public static let tolerance = 1e-12

  /// The limit on one symbol's absolute weight, or nil.
  public func cap(on symbol: Symbol) -> Double? {
    perSymbolOverrides[symbol] ?? perSymbol
  }

  /// Throws `AllocationError.invalidSetting` for the first value that makes no sense.
  public func validate() throws(AllocationError) {
    guard gross > 0, gross.isFinite else {
      throw .invalidSetting(name: "gross", value: gross, rule: "above 0")
    }
    if let perSymbol, !(perSymbol > 0) {
      throw .invalidSetting(name: "perSymbol", value: perSymbol, rule: "above 0")
    }
    for symbol in perSymbolOverrides.keys.sorted() {
      let cap = perSymbolOverrides[symbol]!
      guard cap >= 0 else {
        throw .invalidSetting(name: "perSymbol[\(symbol)]", value: cap, rule: "at least 0")
      }
    }
  }
}

/// A limit that a set of weights breaks.
public enum LimitViolation: Sendable, Equatable, CustomStringConvertible {
  case perSymbol(Symbol, weight: Double, limit: Double)
  case gross(total: Double, limit: Double)
  case notFinite(Symbol)

  public var description: String {
    switch self {
    case .perSymbol(let symbol, let weight, let limit):
      "\(symbol): weight \(percentText(weight)) is beyond its limit of \(percentText(limit))"
    case .gross(let total, let limit):
      "gross exposure \(percentText(total)) is beyond its limit of \(percentText(limit))"
    case .notFinite(let symbol):
      "\(symbol): the weight is not a finite number"
    }
  }
}

extension LimitSettings {
  /// Re-checks every limit on final weights: empty when all hold.
  ///
  /// - Parameter weights: signed fractions of equity, in any order. They are summed in the order of
  ///   their symbols.
  public func violations(of weights: [(symbol: Symbol, weight: Double)]) -> [LimitViolation] {
    var found: [LimitViolation] = []
    var total = 0.0
    for (symbol, weight) in weights.sorted(by: { $0.symbol < $1.symbol }) {
      guard weight.isFinite else {
        found.append(.notFinite(symbol))
        continue
      }
      total += abs(weight)
      if let limit = cap(on: symbol), abs(weight) > limit * (1 + LimitSettings.tolerance) {
        found.append(.perSymbol(symbol, weight: weight, limit: limit))
      }
    }
    if total > gross * (1 + LimitSettings.tolerance) {
      found.append(.gross(total: total, limit: gross))
    }
    return found
  }
}
