/// A position at a decision and the order that was made of it, held against the target without the engine's
/// own rounding.
package struct PlainOrder {
  /// Units held, and units ordered; nil without an order.
  private let held: Double
  private let ordered: Double?
  /// The price at which the target is a number of units.
  private let mark: Double

  package init(held: Double, ordered: Double?, mark: Double) {
    self.held = held
    self.ordered = ordered
    self.mark = mark
  }

  /// Units held once the order is filled.
  var reached: Double { held + (ordered ?? 0) }

  /// Whether the order leads to a share of the equity: where positions are whole lots (`lot` above 0), to the
  /// last whole lot before it. Without an order the share itself may be held, as what a split has left is no
  /// whole lot. An account below zero can only close.
  package func leads(to target: Double, of equity: Double, lot: Double) -> Bool {
    let wanted = target * max(0, equity) / mark
    // A billionth of the equity, or of the target where that is larger: what rounding can do.
    let hair = 1e-9 * max(1, abs(target)) * abs(equity) / mark
    let isExact = abs(reached - wanted) <= hair
    guard lot > 0, !(isExact && ordered == nil) else { return isExact }
    let lots = reached / lot
    let isWhole = abs(lots - lots.rounded()) <= 1e-9 * max(1, abs(lots))
    let missing = wanted < 0 ? reached - wanted : wanted - reached
    return isWhole && missing >= -hair && missing < lot
  }
}
