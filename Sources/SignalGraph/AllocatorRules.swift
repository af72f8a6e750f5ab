public import Allocation
public import Market
public import Signals

/// What the allocator decides by: the allocation and exit settings of a portfolio.
public struct AllocatorRules: Sendable {
  public var allocator: Allocator
  public var exit: [ExitSettings]
  /// Milliseconds between two decisions.
  public var decisionEvery: Int64
  /// The bars of the covariance estimate, and how many of them make a year of the widest calendar.
  public var riskTimeframe: Timeframe
  public var riskPeriodsPerYear: Double
  /// A price older than this is stale, unless its market was closed: the symbol may not be held on.
  public var staleAfter: Int64
  /// The bars that the portfolio steps on.
  public var primary: Timeframe
  /// When each symbol's market is open; none is always, for all.
  public var calendars: [TradingCalendar]
  /// How large each symbol's position is by itself; none is the default for all.
  public var sizing: [SizingSettings]

  /// - Parameters:
  ///   - exit: one a symbol, in the order of the symbols.
  ///   - sizing: the same, or none.
  public init(
    allocator: Allocator, exit: [ExitSettings], decisionEvery: Int64,
    riskTimeframe: Timeframe = .d1, riskPeriodsPerYear: Double, staleAfter: Int64,
    sizing: [SizingSettings] = [], primary: Timeframe = .h1, calendars: [TradingCalendar] = []
  ) {
    precondition(sizing.isEmpty || sizing.count == exit.count, "one a symbol")
    precondition(calendars.isEmpty || calendars.count == exit.count, "one a symbol")
    self.allocator = allocator
    self.exit = exit
    self.decisionEvery = decisionEvery
    self.riskTimeframe = riskTimeframe
    self.riskPeriodsPerYear = riskPeriodsPerYear
    self.staleAfter = staleAfter
    self.sizing = sizing
    self.primary = primary
    self.calendars = calendars
  }

  /// Whether the last bar of a symbol, known at `last`, is too old at `now`. Over a weekend, or a night of
  /// sessions, another symbol's market may be open: no bar is missing then.
  func isStale(_ symbol: Int, last: Timestamp, at now: Timestamp) -> Bool {
    let calendar = calendars.isEmpty ? .continuous : calendars[symbol]
    return calendar.isStale(since: last, at: now, primary, after: staleAfter)
  }
}
