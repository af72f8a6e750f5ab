extension CapitalSettings {
  /// A quantity in whole lots, rounded towards zero.
  ///
  /// A quantity that is a rounding error short of whole lots is taken for them, so that a weight that
  /// is held, times equity and over the price, is the quantity again.
  @inlinable public func inLots(_ quantity: Double) -> Double {
    guard lot > 0 else { return quantity }
    return whole(quantity / lot * (1 + 1e-9), quantity)
  }

  /// What can be paid for of a purchase, in whole lots, rounded down without allowance.
  @inlinable public func payable(_ quantity: Double) -> Double {
    guard lot > 0 else { return quantity }
    return whole(quantity / lot, quantity)
  }

  @inlinable func whole(_ lots: Double, _ quantity: Double) -> Double {
    // From 2^53 on there are no fractions.
    abs(lots) < 0x1p53 ? Double(Int64(lots)) * lot : quantity
  }
}
