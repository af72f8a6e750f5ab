extension CapitalSettings {
  /// A quantity in whole lots, rounded towards zero.
  ///
  /// A quantity that is a rounding error short of whole lots is taken for them, so that a weight that
  /// is held, times equity and over the price, is the quantity again.
  public func inLots(_ quantity: Double) -> Double {
    guard lot > 0 else { return quantity }
    return ((quantity / lot) * (1 + 1e-9)).rounded(.towardZero) * lot
  }
}
