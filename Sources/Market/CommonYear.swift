/// The year in which volatilities of symbols with different calendars are compared.
///
/// A share that moves by σ in each of 252 sessions moves by σ√252 in a year, as does a symbol that moves
/// by σ√(252/365) on each of 365 days. So with P the bars a year of the portfolio's calendar, the one
/// that is open whenever a symbol trades, and P_i those of a symbol's own, a volatility σ_i of its own
/// bars counts as `σ_i √(P_i/P)`, and `√P` makes each of them a year's:
/// `Σ_ij P = ρ_ij · σ_i √P_i · σ_j √P_j`. Where all calendars are equal the factor is exactly 1.
public struct CommonYear: Sendable, Equatable {
  /// P: bars a year of the widest calendar.
  public let periods: Double
  /// `√(P_i/P)` by symbol.
  private let scales: [Double]

  /// - Parameter calendars: one a symbol.
  public init(_ calendars: [TradingCalendar], _ timeframe: Timeframe) {
    guard let widest = TradingCalendar.union(of: calendars) else {
      preconditionFailure("a year of no calendar")
    }
    let periods = widest.barsPerYear(timeframe)
    self.periods = periods
    scales = calendars.map { ($0.barsPerYear(timeframe) / periods).squareRoot() }
  }

  /// Of the symbols of a grid, in their order.
  public init(_ grid: BarGrid) {
    self.init(grid.series.map(\.calendar), grid.timeframe)
  }

  /// A symbol's volatility in steps of the common year.
  /// - Parameter own: in bars of the symbol's own calendar.
  public func volatility(_ own: Double, of symbol: Int) -> Double { scales[symbol] * own }
}
