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
  }
}
