public import Market

/// A limit that made the weights differ from what was wanted.
public enum BoundLimit: Sendable, Equatable {
  /// The volatility target asked for more exposure than the gross limit allows.
  case exposure(wanted: Double, limit: Double)
  /// The tilted weights, with what is stuck, added up to more than the gross limit. The scale is that of
  /// each weight which can be traded.
  case gross(wanted: Double, limit: Double, scale: Double)
  /// One symbol's weight was cut.
  case perSymbol(Symbol, wanted: Double, limit: Double)
  /// Two positions gain and lose together: the smaller one, the first here, was scaled.
  case pair(Symbol, with: Symbol, correlation: Double, scale: Double)
  /// More symbols were wanted than may be held.
  case positions(wanted: Int, limit: Int)
  /// A sum of weights was cut. The price is the part of each member's weight that this limit takes.
  case sum(SumLimit, wanted: Double, limit: Double, price: Double)
  /// Risk was less spread than it must be. Theta is how far positions were cut: 0 not at all, 1 until
  /// all risk contributions are equal.
  case diversification(
    DiversificationMeasure, wanted: Double, limit: Double, theta: Double)
  /// The weights were expected to be more volatile than they may, and all that can be traded were scaled.
  case volatility(wanted: Double, limit: Double, scale: Double)
  /// More was to be traded of a symbol than its market lets.
  case liquidity(Symbol, wanted: Double, limit: Double)
  /// More was to be traded than one decision may. The price is the part of each trade that waits.
  case turnover(wanted: Double, limit: Double, price: Double)
}
