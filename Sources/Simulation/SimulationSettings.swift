public import Market

/// What kind of market to make. Everything in it follows from these values.
public struct SimulationSettings: Sendable, Equatable {
  public var symbols = 5
  /// Slots of the calendar from the start on; a symbol that lives through all has a bar in each,
  /// unless it is missing.
  public var bars = 10_000
  public var timeframe = Timeframe.h1
  public var calendar = TradingCalendar.continuous
  /// On the timeframe's grid. Where the market is closed then, its next open is the first.
  public var start = Timestamp(year: 2018, month: 1, day: 1)
  public var seed: UInt64 = 7
  /// Root mean square of the log returns of a year's bars, times the root of their number.
  public var annualVolatility = 0.6
  public var regimes = RegimeProcess()
  /// Whether each symbol has a path of regimes of its own; else all share one.
  public var ownRegimes = false
  public var correlation = Correlation.oneFactor(0.5)
  /// Share of a bar's variance within its state that past bars predict (`PlantedSignal`).
  public var r2 = 0.0
  /// Probability that a bar is missing.
  public var missing = 0.0
  /// Stretches of missing bars a symbol, 24 slots long on average.
  public var outages = 0
  /// How many symbols are listed late, the first ones first.
  public var late = 0
  /// How many symbols are delisted early, those after the late ones first.
  public var delisted = 0
  /// Splits a symbol.
  public var splits = 0

  public init() {}

  /// `SIM001`, `SIM002`, ... A symbol's name, and so its bars, does not depend on their number.
  public var names: [Symbol] {
    (1...max(1, symbols)).map { number in
      let digits = String(number)
      return Symbol("SIM" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits)
    }
  }

  /// The volatility of one bar that the regimes' numbers are multiples of.
  public var baseVolatility: Double {
    annualVolatility / (calendar.barsPerYear(timeframe) * regimes.meanSquare).squareRoot()
  }

  /// - Throws: `SimulationError` for the first value that makes no market.
  public func check() throws(SimulationError) {
    func require(_ isGood: Bool, _ setting: String, _ value: some Any, _ allowed: String)
      throws(SimulationError)
    {
      guard isGood else {
        throw .invalid(setting: setting, value: "\(value)", allowed: allowed)
      }
    }
    try require((1...999).contains(symbols), "symbols", symbols, "1 to 999")
    try require((2...10_000_000).contains(bars), "bars", bars, "2 to 10 000 000")
    let inSession = timeframe <= .h1 || timeframe >= .d1
    try require(
      calendar != .sessions || inSession, "timeframe", timeframe,
      "at most 1h, 1d or 1w where the calendar is sessions")
    try require(
      timeframe.isOnGrid(start), "start", start, "the open of a bar of \(timeframe), in UTC")
    try require(
      annualVolatility > 0 && annualVolatility <= 10, "volatility", annualVolatility,
      "above 0, at most 10")
    let states = regimes.volatilities.count
    try require((1...8).contains(states), "volatilities", regimes.volatilities, "1 to 8 numbers")
    try require(
      regimes.volatilities.allSatisfy { $0 > 0 && $0.isFinite }, "volatilities",
      regimes.volatilities, "above 0")
    try require(
      regimes.means.count == states && regimes.means.allSatisfy(\.isFinite), "means",
      regimes.means, "\(states) numbers, one a state")
    try require(regimes.stay >= 0 && regimes.stay <= 1, "stay", regimes.stay, "from 0 to 1")
    try correlation.check(symbols: symbols)
    // Beyond a quarter the momentum feeds on itself and prices run away.
    try require(r2 >= 0 && r2 <= 0.25, "r2", r2, "from 0 to 0.25")
    try require(missing >= 0 && missing <= 0.5, "missing", missing, "from 0 to 0.5")
    try require((0...100).contains(outages), "outages", outages, "0 to 100")
    try require((0...symbols).contains(late), "late", late, "0 to \(symbols), the symbols")
    try require(
      (0...symbols - late).contains(delisted), "delisted", delisted,
      "0 to \(symbols - late), the symbols that are not late")
    try require((0...20).contains(splits), "splits", splits, "0 to 20")
  }
}
