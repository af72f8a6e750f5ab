import Allocation
import Market
import Models
import PortfolioFile
import Research
import Signals
import Testing
import Trading

@Suite struct ResolutionTests {
  // MARK: Three lines

  @Test func `three lines make a portfolio with measured defaults`() throws {
    let portfolio = try resolve(threeLines).portfolio
    #expect(portfolio.name == "x")
    #expect(portfolio.symbols == ["BTC", "ETH"])
    #expect(portfolio.timeframes.map(\.timeframe) == [.h1, .h4, .d1])
    #expect(portfolio.timeframes.map(\.weight) == [0.6, 0.3, 0.1])
    #expect(portfolio.primary == .h1)
    #expect(portfolio.market == .crypto)
    #expect(portfolio.allocation.mode == .priorTilt)
    #expect(portfolio.allocation.prior == .equal)
    #expect(portfolio.allocation.volatilityTarget == 0.4)
    #expect(portfolio.allocation.band == 0.25)
    #expect(portfolio.decisionEvery == Timestamp.millisecondsPerDay)
    #expect(portfolio.exit.isOff)
    #expect(portfolio.limits == LimitSettings(cluster: .ofPrior))
    #expect(portfolio.regime == RegimeSettings())
    #expect(portfolio.forecast == ForecastSettings())
    #expect(portfolio.split == SplitSettings())
  }

  @Test func `the order of symbols, timeframes and lines changes nothing`() throws {
    let shuffled = try resolve(
      "timeframes: {1d: 0.1, 1h: 0.6, 4h: 0.3}\nsymbols: [ETH, BTC]\nprofile: balanced\n")
    #expect(try shuffled.portfolio == resolve(threeLines).portfolio)
  }

  @Test func `JSON is read as well, indented by spaces or tabs`() throws {
    for indent in ["  ", "\t"] {
      let json = """
        {
        \(indent)"profile": "balanced",
        \(indent)"symbols": ["BTC", "ETH"],
        \(indent)"timeframes": {"1h": 0.6, "4h": 0.3, "1d": 0.1},
        \(indent)"exit": {"stop": null, "target": 0.5}
        }
        """
      var expected = try resolve(threeLines).portfolio
      expected.exit.target = 0.5
      #expect(try resolve(json).portfolio == expected)
    }
  }

  @Test func `line ends of Windows, a byte order mark and anchors are read`() throws {
    let plain = try resolve(threeLines).portfolio
    #expect(try resolve("\u{FEFF}" + threeLines).portfolio == plain)
    #expect(try resolve(threeLines.replacing("\n", with: "\r\n")).portfolio == plain)
    let anchored = threeLines + "exit: &wide {stop: 0.1}\nsymbol: {BTC: {exit: *wide}}\n"
    #expect(try resolve(anchored).portfolio.exit(for: "BTC").stop == 0.1)
  }

  @Test func `a group with all its keys commented out is no error`() throws {
    let text = threeLines + "exit:\n  # stop: 0.1\nsymbol:\n  BTC:\n"
    #expect(try resolve(text).portfolio == resolve(threeLines).portfolio)
  }

  // MARK: Precedence

  @Test func `built-in, profile, file, symbol and --set take precedence in this order`() throws {
    func threshold(_ text: String, _ set: [String] = []) throws -> [String] {
      let resolved = try resolve(text, set)
      return ["BTC", "ETH"].map { symbol in
        guard case .deviations(let count) = resolved.portfolio.entry(for: Symbol(symbol)).threshold
        else { return "log return" }
        return "\(count)"
      }
    }
    let conservative = threeLines.replacing("balanced", with: "conservative")
    let file = conservative + "entry: {threshold: 2s}\n"
    let symbol = file + "symbol: {ETH: {entry: {threshold: 3s}}}\n"
    #expect(EntrySettings().threshold == .deviations(0.5))
    #expect(try threshold(conservative) == ["1.0", "1.0"])
    #expect(try threshold(file) == ["2.0", "2.0"])
    #expect(try threshold(symbol) == ["2.0", "3.0"])
    #expect(try threshold(symbol, ["entry.threshold=4s"]) == ["4.0", "4.0"])
    #expect(
      try threshold(symbol, ["symbol.BTC.entry.threshold=5s", "entry.threshold=4s"])
        == ["5.0", "4.0"])
    #expect(
      try threshold(symbol, ["entry.threshold=4s", "entry.threshold=6s"]) == ["6.0", "6.0"])
  }

  @Test func `a symbol keeps the common values of the keys that it does not write`() throws {
    let text =
      threeLines + "entry: {cap: 5}\nexit: {stop: 0.1}\nlimits: {per_symbol: 0.4}\n"
      + "symbol:\n  ETH: {entry: {short: true}, exit: {stop: none, target: 0.3}}\n"
    let portfolio = try resolve(text).portfolio
    #expect(portfolio.entry(for: "ETH").cap == 5)
    #expect(portfolio.entry(for: "ETH").short)
    #expect(!portfolio.entry(for: "BTC").short)
    #expect(portfolio.exit(for: "ETH").stop == nil)
    #expect(portfolio.exit(for: "ETH").target == 0.3)
    #expect(portfolio.exit(for: "BTC").stop == 0.1)
    #expect(portfolio.limits.cap(on: "ETH") == 0.4)
    #expect(portfolio.symbolEntry.keys.sorted() == ["ETH"])
  }

  @Test func `numbers of exit may differ by the state at entry, and by symbol`() throws {
    let text =
      threeLines + "exit: {stop: [0.01, none, 0.03], target: 0.2}\n"
      + "symbol: {ETH: {exit: {stop: 0.05}}}\n"
    let resolved = try resolve(text)
    #expect(resolved.portfolio.exit[.stop] == .byState([0.01, nil, 0.03]))
    #expect(resolved.portfolio.exit.stop == nil && resolved.portfolio.exit[.target] == .all(0.2))
    #expect(resolved.portfolio.exit(for: "ETH")[.stop] == .all(0.05))
    #expect(resolved.effectiveYAML().contains("stop: [0.01, none, 0.03]"))
    #expect(
      refusal(threeLines + "exit: {stop: [0.01, 0.02]}\n").contains(
        "'exit.stop' must have an entry for each of the 3 states, not 2"))
    #expect(
      refusal(threeLines + "exit: {stop: [0.01, 0.02, 0.03]}\n", ["regime.states=auto"]).contains(
        "so 'regime.states' must be a number"))
    // Four mixtures of the timeframes' regimes, whatever the number of states.
    let mixture = threeLines + "exit: {by: mixture, stop: [0.01, 0.02, 0.03, none]}\n"
    #expect(
      try resolve(mixture, ["regime.order=mean"]).portfolio.exit[.stop]
        == .byState([0.01, 0.02, 0.03, nil]))
    #expect(refusal(mixture).contains("needs 'regime.order: mean'"))
    #expect(
      refusal(mixture.replacing(", none]", with: "]"), ["regime.order=mean"]).contains(
        "each of the 4 mixtures (all bearish, mixed neutral, mixed bullish, all bullish), not 3"))
  }

  @Test func `D11: an exit rule that does not exist is an error, not a position without exits`() {
    for name in ["trail_percent", "profit_ratio", "ATRBasedExitMixin", "rules"] {
      let refused = refusal(threeLines + "exit: {\(name): 3}\n")
      #expect(refused.contains("unknown key '\(name)' in 'exit'"), "\(refused)")
    }
  }

  @Test func `a symbol without a limit of its own has that of the whole`() throws {
    let text =
      threeLines + "limits: {gross: 0.9, per_symbol: 0.3}\n"
      + "symbol: {BTC: {limits: {per_symbol: none}}, ETH: {limits: {per_symbol: 0.2}}}\n"
    let limits = try resolve(text).portfolio.limits
    #expect(limits.cap(on: "BTC") == 0.9)
    #expect(limits.cap(on: "ETH") == 0.2)
    #expect(limits.perSymbol == 0.3)
  }

  @Test func `a profile asked for beside the file takes the place of the file's`() throws {
    let text = threeLines + "allocation: {tilt: {max: 1.7}}\n"
    let resolved = try resolve(text, profile: .conservative)
    #expect(resolved.portfolio.profile == .conservative)
    #expect(resolved.portfolio.allocation.volatilityTarget == 0.2)
    #expect(resolved.portfolio.allocation.tiltMax == 1.7)
    #expect(resolved.origins["profile"] == .set)
    #expect(resolved.origins["allocation.volatility_target"] == .profile)
    #expect(resolved.origins["allocation.tilt.max"] == .file(line: 4))
    #expect(resolved.origins["allocation.band"] == .builtIn)
    let set = try resolve(threeLines, ["profile=conservative"])
    #expect(set.portfolio.allocation.volatilityTarget == 0.2)
    #expect(set.portfolio == (try resolve(threeLines, profile: .conservative)).portfolio)
  }

  @Test func `a whole group can be set at once`() throws {
    let resolved = try resolve(threeLines, ["exit={stop: 0.1, target: none}"])
    #expect(resolved.portfolio.exit.stop == 0.1)
    #expect(resolved.origins["exit.stop"] == .set)
    #expect(resolved.origins["exit.target"] == .set)
  }

  @Test func `every key has an origin`() throws {
    let origins = try resolve(threeLines).origins
    for key in SettingKey.all {
      #expect(origins[key.path] != nil, "\(key.path)")
    }
    #expect(origins.count == SettingKey.all.count)
    #expect(origins["symbols"] == .file(line: 2))
    #expect(origins["primary"] == .builtIn)
  }

  // MARK: Profiles and markets

  @Test(arguments: [
    (Portfolio.Profile.conservative, "crypto", 0.20, [1, 1, 1], 0.0015, 1.5),
    (.balanced, "crypto", 0.40, [1, 1, 1], 0.0015, 2),
    (.aggressive, "crypto", 0.60, [1, 1, 1], 0.0015, 2),
    (.conservative, "equities", 0.08, [1, 0.5, 0.25], 0.0004, 1.5),
    (.balanced, "equities", 0.12, [1, 0.75, 0.5], 0.0004, 2),
    (.aggressive, "equities", 0.16, [1, 1, 0.75], 0.0004, 2),
    (.conservative, "fx", 0.08, [1, 0.5, 0.25], 0.0004, 1.5),
    (.balanced, "fx", 0.12, [1, 0.75, 0.5], 0.0004, 2),
    (.aggressive, "fx", 0.16, [1, 1, 0.75], 0.0004, 2),
  ])
  func `a profile sets targets, sizes, costs and the tilt of its market`(
    profile: Portfolio.Profile, market: String, target: Double, size: [Double], cost: Double,
    tilt: Double
  ) throws {
    for mode in ["prior_tilt", "in_out"] {
      let text = threeLines + "market: \(market)\nallocation: {mode: \(mode)}\n"
      let portfolio = try resolve(text, profile: profile).portfolio
      #expect(portfolio.market.rawValue == market)
      #expect(portfolio.allocation.volatilityTarget == target)
      #expect(portfolio.regime.size == size)
      #expect(portfolio.costs.oneWay == cost)
      #expect(portfolio.allocation.tiltMax == tilt)
      let hasExits = mode == "in_out" && market == "crypto"
      #expect(portfolio.exit.target == (hasExits ? 0.2 : nil))
      #expect(portfolio.exit.stop == (hasExits ? 0.1 : nil))
      #expect(portfolio.exit.trailing == (hasExits ? 0.1 : nil))
      #expect(portfolio.exit.regimeChange == nil)
    }
  }

  @Test func `a bolder profile enters more easily`() throws {
    let entries = try Portfolio.Profile.allCases.map {
      try resolve(threeLines, profile: $0).portfolio.entry
    }
    #expect(entries.map(\.threshold) == [.deviations(1), .deviations(0.5), .deviations(0.25)])
    #expect(entries.map(\.confidence) == [0.75, 0.65, 0.5])
    #expect(entries.map(\.short) == [false, false, false])
  }

  @Test func `exits that are written hold in every mode`() throws {
    let portfolio = try resolve(file(writing: "exit.stop", "0.3")).portfolio
    #expect(portfolio.allocation.mode == .priorTilt)
    #expect(portfolio.exit.stop == 0.3)
    #expect(portfolio.exit.target == nil)
    let inOut = try resolve(threeLines, ["allocation.mode=in_out", "exit.stop=none"]).portfolio
    #expect(inOut.exit.stop == nil)
    #expect(inOut.exit.target == 0.2)
  }

  @Test(arguments: [
    ([TradingCalendar.continuous, .continuous], Portfolio.MarketKind.crypto),
    ([.sessions, .sessions], .equities),
    ([.weekdays, .weekdays], .fx),
  ])
  func `the market follows the calendar unless it is written`(
    calendars: [TradingCalendar], market: Portfolio.MarketKind
  ) throws {
    let known: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [
      "BTC": (calendars[0], "one"), "ETH": (calendars[1], "one"), "GOOG": (.sessions, "other"),
    ]
    let resolved = try resolve(threeLines, calendars: known)
    #expect(resolved.portfolio.market == market)
    #expect(resolved.origins["market"] == .instruments)
    let target = market == .crypto ? 0.4 : 0.12
    #expect(resolved.portfolio.allocation.volatilityTarget == target)
    let written = try resolve(threeLines + "market: fx\n", calendars: known)
    #expect(written.portfolio.market == .fx)
    #expect(written.origins["market"] == .file(line: 4))
    let set = try resolve(threeLines, ["market=crypto"], calendars: known)
    #expect(set.portfolio.market == .crypto)
    #expect(set.portfolio.allocation.volatilityTarget == 0.4)
  }

  @Test(arguments: [
    [TradingCalendar.sessions, .continuous], [.weekdays, .sessions], [.weekdays, .continuous],
  ])
  func `where calendars differ the market must be written`(calendars: [TradingCalendar]) throws {
    let known: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [
      "BTC": (calendars[0], "one"), "ETH": (calendars[1], "two"),
    ]
    #expect(
      refusal(threeLines, calendars: known)
        == "portfolios/x.yaml:1:1: missing key 'market': BTC trades \(calendars[0].rawValue), ETH "
        + "\(calendars[1].rawValue), and costs, volatility target and regime sizes of the profile "
        + "differ by market; write 'market: crypto | equities | fx'")
    for market in ["crypto", "equities", "fx"] {
      let written = try resolve(threeLines + "market: \(market)\n", calendars: known)
      #expect(written.portfolio.market.rawValue == market)
      // Two asset classes: the wilder one would take most of the risk of equal weights.
      #expect(written.portfolio.allocation.prior == .riskParity)
      #expect(
        try resolve(threeLines, ["market=\(market)"], calendars: known).portfolio.market
          == written.portfolio.market)
    }
  }

  @Test func `two asset classes make the prior risk parity unless it is written`() throws {
    let one: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [
      "BTC": (.continuous, "crypto"), "ETH": (.continuous, "crypto"), "GOOG": (.sessions, "stock"),
    ]
    var two = one
    two["ETH"] = (.continuous, "metal")
    #expect(try resolve(threeLines, calendars: one).portfolio.allocation.prior == .equal)
    let mixed = try resolve(threeLines, calendars: two)
    #expect(mixed.portfolio.allocation.prior == .riskParity)
    #expect(mixed.origins["allocation.prior"] == .instruments)
    let written = try resolve(file(writing: "allocation.prior", "equal"), calendars: two)
    #expect(written.portfolio.allocation.prior == .equal)
  }

  @Test(arguments: [("1h", "1d"), ("1d", "1d"), ("1w", "7d")])
  func `decisions fall once a day, or once a bar of a slower primary`(
    primary: String, every: String
  ) throws {
    let portfolio = try resolve("symbols: [A]\ntimeframes: {\(primary): 1}\n").portfolio
    let key = try #require(SettingKey.all.first { $0.path == "allocation.every" })
    #expect(key.text(in: portfolio) == every)
  }

  @Test func `a slower set of timeframes moves the primary along`() throws {
    let resolved = try resolve(threeLines, ["timeframes={4h: 1, 1d: 1}"])
    #expect(resolved.portfolio.primary == .h4)
  }
}
