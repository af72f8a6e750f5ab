public import Market

/// A limit on a sum of weights.
public enum SumLimit: Sendable, Equatable {
  /// On the absolute weights of all symbols.
  case gross
  /// On the signed weights of all symbols.
  case net
  /// On the assets that a unit of equity carries: what is bought, or sold short beside the equity.
  case leverage(isShort: Bool)
  /// On the absolute weights of the symbols of a group.
  case group(String)
  /// On the absolute weights of symbols that correlate.
  case cluster([Symbol])
}
