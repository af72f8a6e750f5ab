public import Allocation
public import Market

/// Volatilities and correlations as they are known at a moment: it reads daily bars (or slower ones)
/// as they close, and none before.
///
/// Where symbols keep several calendars, a volatility is that of the bars of its own calendar, as in a
/// portfolio of that calendar alone, in steps of the common year (`CommonYear`); a correlation is that of
/// the returns between closes that all markets have in common (`BarGrid.commonCloses`), so that what a
/// coin does over a weekend meets what a share does from Friday to Monday.
public struct RiskHistory: Sendable {
  private let grid: BarGrid
  /// Sorted, those of the grid.
  var symbols: [Symbol] { grid.symbols }
  /// All symbols, at their common closes.
  private var whole: ReturnStream
  /// One a calendar, at its own closes; none where there is only one.
  private var markets: [ReturnStream] = []
  private let isCommon: [Bool]
  private let year: CommonYear
  private var steps = 0
  private let regimes: MarketRegimePath?
  private let made: [Timestamp: CovarianceEstimate]

  /// - Parameters:
  ///   - grid: the bars that returns are taken of.
  ///   - settings: how the covariance is estimated, and from how many returns.
  ///   - regimes: of the market in time, which `covariance: mixture` needs; nil where there are none.
  ///   - made: estimates that such a history has made before, on the same bars and settings; they
  ///     are handed out again instead of being computed.
  ///   - shrinks: else estimates are what was measured, where the settings ask for shrunk ones.
  public init(
    grid: BarGrid, settings: AllocationSettings = AllocationSettings(),
    regimes: MarketRegimePath? = nil, made: [Timestamp: CovarianceEstimate] = [:],
    shrinks: Bool = true
  ) throws(AllocationError) {
    self.grid = grid
    self.made = made
    self.regimes = regimes
    isCommon = grid.commonCloses()
    year = CommonYear(grid)
    whole = try ReturnStream(
      Array(grid.symbols.indices), of: grid, settings, regimes: regimes?.states,
      shrinks: shrinks)
    let calendars = grid.calendars
    guard calendars.count > 1 else { return }
    for calendar in calendars {
      markets.append(
        try ReturnStream(
          grid.symbols.indices.filter { grid.series[$0].calendar == calendar }, of: grid,
          settings, regimes: regimes?.states, shrinks: shrinks))
    }
  }

  /// The estimate on the bars that are known at `now`, in steps of the common year. Moments come in
  /// order of time.
  public mutating func estimate(at now: Timestamp, minimumObservations: Int)
    throws(AllocationError) -> CovarianceEstimate
  {
    if let estimate = made[now] { return estimate }
    let known = countKnown(grid.times.count, at: now, knownAt: grid.knownAt)
    while steps < known {
      try take(steps)
      steps += 1
    }
    let estimate = try whole.estimate(minimumObservations: minimumObservations)
    guard !markets.isEmpty else { return estimate }
    var volatilities: [Symbol: Double] = [:]
    var excluded: [CovarianceEstimate.Exclusion] = []
    for market in markets {
      let own = try market.estimate(minimumObservations: minimumObservations)
      excluded += own.excluded
      for symbol in market.symbols {
        guard let row = own.index(of: grid.symbols[symbol]) else { continue }
        volatilities[grid.symbols[symbol]] = year.volatility(own.volatilities[row], of: symbol)
      }
    }
    return estimate.measured(by: volatilities, excluding: excluded)
  }

  private mutating func take(_ step: Int) throws(AllocationError) {
    let regime = regimes.map {
      $0.known(at: grid.knownAt(step)) ?? .unknown(of: $0.states)
    }
    if isCommon[step] { try whole.take(step, regime: regime) }
    for market in markets.indices where markets[market].hasBar(at: step) {
      try markets[market].take(step, regime: regime)
    }
  }
}
