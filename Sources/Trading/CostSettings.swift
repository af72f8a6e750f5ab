/// What trading costs, one way, as fractions: group `costs` of the portfolio file.
public struct CostSettings: Sendable, Equatable {
  /// Commission on the notional of a fill.
  public var commission = 0.001
  /// A buy fills this much above the open, a sale this much below.
  public var slippage = 0.0005

  public init() {}

  public init(commission: Double, slippage: Double) {
    self.commission = commission
    self.slippage = slippage
  }

  /// One-way cost as a fraction of the notional.
  public var oneWay: Double { commission + slippage }
}
