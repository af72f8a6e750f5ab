import Allocation
import Market
import Models
import Research
import Signals

/// Whether the rules fit the portfolio's states and timeframes, and each other.
extension Resolution {
  func checkRules() throws(PortfolioFileError) {
    try checkRules(of: nil)
    for symbol in portfolio.symbols where written.bySymbol[symbol] != nil {
      try checkRules(of: symbol)
    }
  }

  /// - Parameter symbol: whose rules are looked at; nil for those of all.
  private func checkRules(of symbol: Symbol?) throws(PortfolioFileError) {
    let entry = symbol.map { portfolio.entry(for: $0) } ?? portfolio.entry
    let exit = symbol.map { portfolio.exit(for: $0) } ?? portfolio.exit
    let sizing = symbol.map { portfolio.sizing(for: $0) } ?? portfolio.sizing
    try checkTimeframes(
      "entry.threshold", Array(entry.timeframeThresholds.keys), symbol)
    try checkTimeframes(
      "entry.confidence", Array(entry.timeframeConfidences.keys), symbol)
    try checkNamed("entry.regimes", Array(entry.timeframeRegimes.keys), symbol)
    for timeframe in entry.timeframeRegimes.keys.sorted() {
      try checkStates(
        "entry.regimes", entry.timeframeRegimes[timeframe]?.count, by: .regime, symbol)
    }
    try checkNamed("exit.atr_timeframe", exit.atrTimeframe.map { [$0] } ?? [], symbol)
    try checkMixture("entry.by", entry.by, symbol)
    try checkMixture("exit.by", exit.by, symbol)
    try checkStates("entry.sides", entry.sides?.count, by: entry.by, symbol)
    try checkStates("entry.size", entry.size?.count, by: entry.by, symbol)
    if case .byState(let bars) = exit.maxBars {
      try checkStates("exit.max_bars", bars.count, by: exit.by, symbol)
    }
    for level in ExitSettings.Level.allCases {
      try checkStates(
        "exit.\(level.rawValue)", exit.byState[level]?.count, by: exit.by, symbol)
    }
    if sizing.minimum > sizing.maximum {
      let paths = ["sizing.min", "sizing.max"]
      let place = paths.lazy.compactMap { self.place(of: $0, symbol) }.first ?? file
      throw place.error(
        "'sizing.min' (\(YAMLText.number(sizing.minimum))) must not be above 'sizing.max'"
          + " (\(YAMLText.number(sizing.maximum)))")
    }
  }

  /// A value for each timeframe means each: a forgotten one would silently keep another.
  private func checkTimeframes(_ path: String, _ named: [Timeframe], _ symbol: Symbol?)
    throws(PortfolioFileError)
  {
    guard !named.isEmpty else { return }
    try checkNamed(path, named, symbol)
    let place = self.place(of: path, symbol) ?? file
    for timeframe in portfolio.timeframes.map(\.timeframe) where !named.contains(timeframe) {
      throw place.error("'\(path)' has no value for the timeframe '\(timeframe)'")
    }
  }

  private func checkNamed(_ path: String, _ named: [Timeframe], _ symbol: Symbol?)
    throws(PortfolioFileError)
  {
    let timeframes = portfolio.timeframes.map(\.timeframe)
    for timeframe in named.sorted() where !timeframes.contains(timeframe) {
      throw (place(of: path, symbol) ?? file).error(
        "'\(path)' names '\(timeframe)', which is none of the timeframes"
          + " (\(timeframes.map(\.name).joined(separator: ", ")))")
    }
  }

  /// The mixture speaks of bearish and bullish regimes, which only an order by mean tells apart.
  private func checkMixture(_ path: String, _ source: StateSource, _ symbol: Symbol?)
    throws(PortfolioFileError)
  {
    guard source == .mixture, portfolio.regime.order != .mean else { return }
    throw (place(of: path, symbol) ?? file).error(
      "'\(path): mixture' needs 'regime.order: mean', which numbers the states from bearish to"
        + " bullish")
  }

  /// - Parameter source: what tells the states of the list apart.
  private func checkStates(
    _ path: String, _ count: Int?, by source: StateSource, _ symbol: Symbol?
  ) throws(PortfolioFileError) {
    guard let count else { return }
    let place = self.place(of: path, symbol) ?? file
    if source == .mixture {
      guard count != RegimeMixture.allCases.count else { return }
      throw place.error(
        "'\(path)' must have an entry for each of the 4 mixtures (all bearish, mixed neutral, mixed"
          + " bullish, all bullish), not \(count)")
    }
    guard let states = portfolio.regime.states.fixed else {
      throw place.error(
        "'\(path)' has an entry for each state, so 'regime.states' must be a number")
    }
    guard count != states else { return }
    throw place.error(
      "'\(path)' must have an entry for each of the \(states) states, not \(count)")
  }

  /// Where the value that holds for a symbol was written, or nil.
  private func place(of path: String, _ symbol: Symbol?) -> Place? {
    symbol.flatMap { written.bySymbol[$0]?[path]?.place } ?? written.common[path]?.place
  }
}
