import Allocation
import Market
import Models
import Research
import Yams

/// Settles what every key is: built-in < profile < file < symbol < `--set`.
struct Resolution {
  let written: WrittenSettings
  /// The top of the file, for what is missing from it.
  let file: Place
  private(set) var portfolio: Portfolio
  private(set) var origins: [String: Origin] = [:]
  /// The portfolio before the file said more than its profile, market and mode.
  private(set) var defaults: Portfolio

  init(
    name: String, written: WrittenSettings, file: Place, profile: Portfolio.Profile?,
    calendars: [Symbol: (calendar: TradingCalendar, assetClass: String)]
  ) throws(PortfolioFileError) {
    self.written = written
    self.file = file
    portfolio = Portfolio(
      name: name,
      symbols: try Resolution.required("symbols", .symbols, written, file),
      timeframes: try Resolution.required("timeframes", .timeframeWeights, written, file))
    defaults = portfolio
    for key in SettingKey.all { origins[key.path] = .builtIn }
    let instruments = portfolio.symbols.compactMap { symbol in
      calendars[symbol].map { (symbol: symbol, calendar: $0.calendar, assetClass: $0.assetClass) }
    }
    try settleProfile(profile, instruments.map { ($0.symbol, $0.calendar) })
    settlePrior(instruments.map(\.assetClass))
    settleClusters()
    let defaults = ProfileValues.of(
      portfolio.profile, portfolio.market, portfolio.allocation.mode)
    for (path, value) in defaults {
      try takeDefault(path, value)
    }
    self.defaults = portfolio
    for key in SettingKey.all {
      if key.path == "profile", profile != nil { continue }
      try take(key)
    }
    settleDecisions()
    try settleRegimeSize()
    try takeSymbols()
    try check()
  }

  private static func required<Value>(
    _ path: String, _ kind: SettingKind<Value>, _ written: WrittenSettings, _ file: Place
  ) throws(PortfolioFileError) -> Value {
    guard let value = written.common[path] else {
      throw file.error("missing key '\(path)': \(kind.allowed)")
    }
    do throws(ValueProblem) {
      return try kind.read(value.node)
    } catch {
      throw explain(error, path, kind.allowed, value)
    }
  }

  // MARK: Layers

  private mutating func take(_ key: SettingKey) throws(PortfolioFileError) {
    guard let value = written.common[key.path] else { return }
    do throws(ValueProblem) {
      try key.assign(value.node, &portfolio)
    } catch {
      throw Resolution.explain(error, key.path, key.allowed, value)
    }
    origins[key.path] = value.origin
  }

  private mutating func takeDefault(_ path: String, _ value: String) throws(PortfolioFileError) {
    guard let key = SettingKey.named(path) else {
      preconditionFailure("the profiles set '\(path)', which is no key")
    }
    let place = Place(file: "profile \(portfolio.profile.rawValue)")
    let node = try YAMLDocument.compose(value, at: place) ?? Node("")
    do throws(ValueProblem) {
      try key.assign(node, &portfolio)
    } catch {
      preconditionFailure("the profiles set '\(path)' to the impossible '\(value)'")
    }
    origins[path] = .profile
  }

  private mutating func takeSymbols() throws(PortfolioFileError) {
    for (symbol, place) in written.namedSymbols where !portfolio.symbols.contains(symbol) {
      let nearest = NearestName.of(symbol.name, among: portfolio.symbols.map(\.name))
      throw place.error(
        "unknown symbol '\(symbol)' under 'symbol'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? "; 'symbols' does not name it"))
    }
    for symbol in portfolio.symbols {
      guard let values = written.bySymbol[symbol] else { continue }
      for key in SettingKey.perSymbol {
        guard let scope = key.scope, let value = values[key.path] else { continue }
        var view = scope.view(portfolio, symbol)
        do throws(ValueProblem) {
          try key.assign(value.node, &view)
        } catch {
          throw Resolution.explain(error, key.path, key.allowed, value)
        }
        scope.store(&portfolio, symbol, view)
        origins["symbol.\(symbol).\(key.path)"] = value.origin
      }
    }
  }

  private static func explain(
    _ problem: ValueProblem, _ path: String, _ allowed: String, _ value: WrittenValue
  ) -> PortfolioFileError {
    let place = value.place.at(problem.mark)
    if let message = problem.message { return place.error("'\(path)': \(message)") }
    let hint = problem.hint.map { "; \($0)" } ?? ""
    return place.error("'\(path)' must be \(allowed), not \(problem.found)\(hint)")
  }

  // MARK: Defaults that depend on other values

  /// Settles what decides the profile's values: the profile, the market and the mode.
  private mutating func settleProfile(
    _ asked: Portfolio.Profile?, _ calendars: [(symbol: Symbol, calendar: TradingCalendar)]
  ) throws(PortfolioFileError) {
    if let first = calendars.first?.calendar, written.common["market"] == nil {
      try requireOneCalendar(calendars)
      portfolio.market = Portfolio.MarketKind(first)
      origins["market"] = .instruments
    }
    for path in ["profile", "market", "allocation.mode"] {
      if let key = SettingKey.named(path) { try take(key) }
    }
    if let asked {
      portfolio.profile = asked
      origins["profile"] = .set
    }
  }

  /// A coin's costs and volatility target are none of a share's: which of them hold for both is the
  /// user's to say.
  private func requireOneCalendar(_ calendars: [(symbol: Symbol, calendar: TradingCalendar)])
    throws(PortfolioFileError)
  {
    let first = calendars[0]
    guard let other = calendars.first(where: { $0.calendar != first.calendar }) else { return }
    let markets = Portfolio.MarketKind.allCases.map(\.rawValue).joined(separator: " | ")
    throw file.error(
      "missing key 'market': \(first.symbol) trades \(first.calendar.rawValue), \(other.symbol) "
        + "\(other.calendar.rawValue), and costs, volatility target and regime sizes of the profile "
        + "differ by market; write 'market: \(markets)'")
  }

  /// Equal weights would give most of the risk to the wilder of two asset classes.
  private mutating func settlePrior(_ assetClasses: [String]) {
    guard Set(assetClasses).count > 1 else { return }
    portfolio.allocation.prior = .riskParity
    origins["allocation.prior"] = .instruments
  }

  /// Where rules open positions, how many there are is no matter of diversification by itself.
  private mutating func settleClusters() {
    guard portfolio.allocation.mode == .priorTilt else { return }
    portfolio.limits.cluster = .ofPrior
  }

  private mutating func settleDecisions() {
    guard written.common["allocation.every"] == nil else { return }
    portfolio.decisionEvery = max(
      Timestamp.millisecondsPerDay, portfolio.primary.milliseconds)
  }

  /// A profile sizes its own number of states. With another, sizes that are all 1 stay 1; others
  /// have no natural continuation and must be written. Where the number is chosen in training the
  /// sizes are a curve over whatever states there will be.
  private mutating func settleRegimeSize() throws(PortfolioFileError) {
    guard let states = portfolio.regime.states.fixed, portfolio.regime.size.count != states else {
      return
    }
    if portfolio.regime.learnsSize {
      portfolio.regime.size = Array(repeating: 1, count: states)
      return
    }
    if let size = written.common["regime.size"] {
      throw size.place.error(
        "'regime.size' must have an entry for each of the \(states) states,"
          + " not \(portfolio.regime.size.count)")
    }
    guard portfolio.regime.size.allSatisfy({ $0 == 1 }) else {
      let example = Array(repeating: "1", count: states).joined(separator: ", ")
      throw place(of: "regime.states").error(
        "'regime.states' is \(states), but profile \(portfolio.profile.rawValue) sizes"
          + " \(portfolio.regime.size.count) states; write 'regime.size' too, such as [\(example)]")
    }
    portfolio.regime.size = Array(repeating: 1, count: states)
  }

  /// Where to point for a value: where it was written, else at the file.
  func place(of path: String) -> Place { written.common[path]?.place ?? file }
}
