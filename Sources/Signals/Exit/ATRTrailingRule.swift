/// Stops a fall from the best close in average true ranges, and at breakeven once that is secured.
///
/// For a long position the level is the highest of `best - k ATR` over the closes so far and, once the
/// best close is `breakeven` ranges at entry above the fill price, of the fill price plus `offset` of
/// those ranges; mirrored for a short one. It only ever moves towards the price.
struct ATRTrailingRule: ExitRule {
  /// Ranges below the best close; nil has breakeven alone.
  var ranges: StateNumber?
  /// Gain of the best close, in ranges at entry, at which breakeven is secured.
  var breakeven: StateNumber?
  /// Where the level then stands beyond the fill price, in ranges at entry.
  var offset = 0.0

  var reason: ExitReason { .atrTrailing }

  /// - Parameter memory: the level, once there is one.
  func share(of position: OpenPosition, _ memory: inout [Double]) -> Double? {
    func raise(to price: Double) {
      let level = memory.first ?? price
      memory = [position.isLong ? max(level, price) : min(level, price)]
    }
    if let ranges = ranges?.at(position.stateAtEntry), let atr = position.atr {
      raise(to: position.bestClose - position.sign * ranges * atr)
    }
    if let breakeven = breakeven?.at(position.stateAtEntry), let range = position.atrAtEntry,
      position.sign * (position.bestClose - position.entryPrice)
        >= breakeven * range - position.priceHair
    {
      raise(to: position.entryPrice + position.sign * offset * range)
    }
    guard let level = memory.first else { return nil }
    return position.sign * (level - position.close) >= -position.priceHair ? 1 : nil
  }

  func level(of position: OpenPosition, _ memory: [Double]) -> Double? { memory.first }
}
