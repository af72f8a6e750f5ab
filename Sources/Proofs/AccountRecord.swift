public import Engine
public import Market
public import Trading

/// What an account says of itself: orders, fills, and the equity of every close.
public struct AccountRecord: Sendable {
  public var symbols: [Symbol]
  public var orders: [Order]
  public var fills: [Fill]
  /// Opens of the steps.
  public var times: [Timestamp]
  public var equity: [Double]
  public var cash: [Double]
  public var exposure: [Double]
  /// `step * symbols.count + symbol`.
  public var weights: [Double]
  /// Commission and slippage in all.
  public var fees: Double
  public var slippage: Double
  /// Half spreads, impact, and what was lost on symbols that are traded no more, in all.
  public var spread: Double
  public var impact: Double
  public var writeOffs: Double
  /// Fees on short positions, funding and interest in all.
  public var borrow: Double
  public var funding: Double
  public var interest: Double

  public init(_ run: EngineRun) {
    symbols = run.symbols
    orders = run.orders
    fills = run.fills
    times = run.times
    equity = run.equity
    cash = run.cash
    exposure = run.exposure
    weights = run.weights
    fees = run.book.fees
    slippage = run.book.slippage
    spread = run.book.spread
    impact = run.book.impact
    writeOffs = run.book.writeOffs
    borrow = run.book.borrow
    funding = run.book.funding
    interest = run.book.interest
  }
}
