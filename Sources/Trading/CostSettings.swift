/// What trading and holding cost: group `costs` of the portfolio file. Fractions, one way, unless said
/// otherwise; beyond commission and slippage everything is off.
public struct CostSettings: Sendable, Equatable {
  /// What becomes of the part of an order that the participation cap leaves over.
  public enum Remainder: String, Sendable, CaseIterable {
    /// It waits for the symbol's next open, and the next, until a decision replaces or withdraws it.
    case wait
    case cancel
  }

  /// Commission on the notional of a fill.
  public var commission = 0.001
  /// Least commission of a fill, in currency; never more than the notional itself.
  public var minimumCommission = 0.0
  /// A buy fills this much above the open, a sale this much below.
  public var slippage = 0.0005
  /// Half of the distance between bid and ask; the open is taken for the middle.
  public var halfSpread = 0.0
  /// Impact of a fill as large as the volume of the symbol's last closed bar; it grows with the square
  /// root of that share, which counts as 1 at most, and where the bar had no volume.
  public var impact = 0.0
  /// Largest part of the volume of the symbol's last closed bar that one bar may fill; nil is no cap.
  /// The volume of the bar that is traded in is not known at its open.
  public var participation: Double?
  public var remainder = Remainder.wait
  /// Fee on the value of short positions, a year.
  public var borrow = 0.0
  /// What long positions pay on their value and short ones receive, a year; negative the other way.
  public var funding = 0.0

  public init() {}

  public init(commission: Double, slippage: Double) {
    self.commission = commission
    self.slippage = slippage
  }

  /// One-way cost as a fraction of the notional, before impact and the least commission.
  public var oneWay: Double { commission + slippage + halfSpread }

  /// Whether fills depend on the volume of a symbol's last closed bar.
  public var readsVolume: Bool { impact > 0 || participation != nil }

  /// Commission of a fill, in currency.
  /// - Parameter notional: at least 0.
  @inlinable public func fee(notional: Double) -> Double {
    max(notional * commission, min(minimumCommission, notional))
  }

  /// How much worse than the quoted price a fill is, as a fraction.
  /// - Parameters:
  ///   - quantity: units, signed.
  ///   - volume: units traded in the symbol's last closed bar.
  public func concession(quantity: Double, volume: Double) -> Double {
    slippage + halfSpread + impact(quantity: quantity, volume: volume)
  }

  /// The part of the concession that the size of the fill causes.
  public func impact(quantity: Double, volume: Double) -> Double {
    guard impact > 0 else { return 0 }
    let size = abs(quantity)
    return impact * (size < volume ? (size / volume).squareRoot() : 1)
  }

  /// The part of an order that one bar may fill.
  public func fillable(_ quantity: Double, volume: Double) -> Double {
    guard let participation else { return quantity }
    let cap = participation * volume
    return quantity > 0 ? min(quantity, cap) : max(quantity, -cap)
  }
}
