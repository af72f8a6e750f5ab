import Foundation
import Testing

/// Two coins that trade every day and two shares that trade on weekdays, three years of daily bars with
/// a portfolio and its trained models: made once for the suite it stands on.
struct MixedPortfolio: SuiteTrait, TestScoping {
  @TaskLocal private static var current: Workplace?

  static let symbols = ["COIN1", "COIN2", "SHARE1", "SHARE2"]

  static let text = """
    profile: balanced
    symbols: [COIN1, COIN2, SHARE1, SHARE2]
    timeframes: {1d: 1}
    market: equities
    split: {folds: 2, inner_folds: 1}
    forecast: {hidden: 4, epochs: 1, seeds: 1}
    regime: {restarts: 1}

    """

  static var place: Workplace {
    get throws { try #require(current, "the suite lacks the trait .mixedPortfolio") }
  }

  /// Bars by `simulate`, their calendars told by `ingest`; a portfolio that is not trained.
  static func untrained() throws -> Workplace {
    let place = try Workplace()
    let markets = [
      (name: "COIN", calendar: "24x7", bars: "1100", volatility: "0.6", seed: "3"),
      (name: "SHARE", calendar: "sessions", bars: "785", volatility: "0.25", seed: "4"),
    ]
    for market in markets {
      let run = try place.bare([
        "simulate", "--out", market.name, "--symbols", "2", "--timeframe", "1d", "--bars",
        market.bars, "--calendar", market.calendar, "--volatility", market.volatility, "--seed",
        market.seed, "--start", "2018-01-01", "--quiet",
      ])
      try #require(run.status == 0, "\(run.testDescription)")
      for index in 1...2 {
        try place.good(
          "ingest", "\(market.name)/SIM00\(index)-1d.csv", "--symbol", "\(market.name)\(index)")
      }
    }
    try place.write(text, to: "mixed.yaml")
    return place
  }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let place = try MixedPortfolio.untrained()
    try place.good("check", "mixed.yaml")
    try place.good("train", "mixed.yaml")
    try await MixedPortfolio.$current.withValue(place) { try await function() }
  }
}

extension Trait where Self == MixedPortfolio {
  static var mixedPortfolio: Self { Self() }
}

/// Several trading calendars in one portfolio, through every command.
@Suite(.mixedPortfolio) struct SeveralCalendarsTests {
  /// The bars of a symbol as they were ingested: days since Monday 2018-01-01, and closes.
  private func bars(_ symbol: String) throws -> [(day: Int, close: Double)] {
    let file = "\(symbol.dropLast())/SIM00\(symbol.suffix(1))-1d.csv"
    return try MixedPortfolio.place.read(file).split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",")
      return (try day(fields[0]), try #require(Double(fields[4])))
    }
  }

  /// Days since Monday 2018-01-01 of an ISO time.
  private func day(_ time: Substring) throws -> Int {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withFullDate]
    let date = try #require(formatter.date(from: String(time.prefix(10))), "\(time)")
    return Int(date.timeIntervalSince1970 / 86_400) - 17_532
  }

  @Test func `the equity of weekends counts, and a year has 365 steps`() throws {
    let report = try MixedPortfolio.place.good("backtest", "mixed.yaml", "--json").object()
    let year = try #require(report["annualisation"] as? [String: Any])
    #expect(year["stepsPerYear"] as? Double == 365 && year["step"] as? String == "day")
    let curves = try #require(report["curves"] as? [[String: Any]])
    #expect(curves.count == 7)
    let times = try #require(curves[0]["times"] as? [Int])
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 86_400_000 })
    for curve in curves { #expect(curve["times"] as? [Int] == times) }
    let equity = try #require(curves[0]["equity"] as? [Double])
    let returns = zip(equity, equity.dropFirst()).map { $1 / $0 - 1 }
    let (n, mean) = (Double(returns.count), returns.reduce(0, +) / Double(returns.count))
    let deviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
    let performance = try #require(curves[0]["performance"] as? [String: Any])
    let sharpe = try #require(performance["sharpe"] as? Double)
    let volatility = try #require(performance["volatility"] as? Double)
    let growth = try #require(performance["cagr"] as? Double)
    #expect(abs(sharpe - mean / deviation * 365.0.squareRoot()) < 1e-9)
    #expect(abs(volatility / (deviation * 365.0.squareRoot()) - 1) < 1e-9)
    let whole = equity[equity.count - 1] / equity[0]
    #expect(abs(growth - (pow(whole, 365 / n) - 1)) < 1e-9)
    let inputs = try #require(report["inputs"] as? [[String: String]])
    #expect(inputs.contains { $0["name"] == "calendar SHARE2" && $0["value"] == "sessions" })
  }

  @Test func `no order fills while its market is closed, and coins trade on weekends`() throws {
    let place = try MixedPortfolio.place
    try place.good("backtest", "mixed.yaml", "--export", "out")
    let fills = try place.read("out/fills.csv").split(separator: "\n").dropFirst().map { line in
      let fields = line.split(separator: ",")
      return (day: try day(fields[0]), symbol: String(fields[1]))
    }
    for symbol in MixedPortfolio.symbols {
      let (own, open) = (fills.filter { $0.symbol == symbol }, Set(try bars(symbol).map(\.day)))
      #expect(own.count > 5, "\(symbol): \(own.count) fills")
      #expect(own.allSatisfy { open.contains($0.day) })
      let weekends = own.count { $0.day % 7 >= 5 }
      #expect(symbol.hasPrefix("COIN") ? weekends > 0 : weekends == 0)
    }
    // Shares are decided on at weekends too; those orders fill on a Monday.
    #expect(fills.contains { $0.symbol.hasPrefix("SHARE") && $0.day % 7 == 0 })
  }

  /// Volatility a year on a symbol's own bars that close by a day: half-life 20, P its own.
  private func volatility(_ symbol: String, until day: Int) throws -> Double {
    let closes = try bars(symbol).filter { $0.day < day }.map(\.close)
    let moves = zip(closes, closes.dropFirst()).map { $1 / $0 - 1 }
    var (sum, total) = (0.0, 0.0)
    for (age, move) in moves.reversed().enumerated() {
      let weight = pow(2, -Double(age) / 20)
      sum += weight * move * move
      total += weight
    }
    return (sum / total * (symbol.hasPrefix("COIN") ? 365 : 252)).squareRoot()
  }

  @Test func `risk is of each symbol's own year, on a Sunday night too`() throws {
    let asOf = "2020-03-02T00:00Z"
    let report = try MixedPortfolio.place.good(
      "allocate", "mixed.yaml", "--as-of", asOf, "--json"
    ).object()
    #expect(report["asOf"] as? String == asOf)
    let now = try day(Substring(asOf))
    let annual = try MixedPortfolio.symbols.map { try volatility($0, until: now) }
    // As they were simulated, within what 20 days say.
    for (symbol, value) in zip(MixedPortfolio.symbols, annual) {
      let truth = symbol.hasPrefix("COIN") ? 0.6 : 0.25
      #expect(value > truth / 2.5 && value < truth * 2.5, "\(symbol): \(value)")
    }
    let correlation = try #require(
      (report["correlation"] as? [String: Any])?["matrix"] as? [[Double]])
    let decision = try #require(report["decision"] as? [String: Any])
    let lines = try #require(decision["lines"] as? [[String: Any]])
    func column(_ name: String) throws -> [Double] {
      try lines.map { try #require($0[name] as? Double) }
    }
    /// `w_i (Σ w)_i` with `Σ_ij = ρ_ij σ_i √P_i σ_j √P_j`.
    func contributions(_ weights: [Double]) -> [Double] {
      weights.indices.map { i in
        weights.indices.reduce(0) {
          $0 + weights[i] * weights[$1] * correlation[i][$1] * annual[i] * annual[$1]
        }
      }
    }
    let (prior, targets) = (try column("prior"), try column("target"))
    let ofPrior = contributions(prior)
    let variance = ofPrior.reduce(0, +)
    // Two asset classes: the prior shares out risk alike.
    for own in ofPrior { #expect(abs(own / variance - 0.25) < 1e-6) }
    let priorVolatility = try #require(decision["priorVolatility"] as? Double)
    #expect(abs(priorVolatility / variance.squareRoot() - 1) < 1e-6)
    // The balanced profile's target for equities.
    let exposure = min(1, 0.12 / variance.squareRoot())
    for (own, scaled) in zip(prior, try column("scaled")) {
      #expect(abs(scaled - exposure * own) < 1e-6)
    }
    let held = contributions(targets)
    let total = held.reduce(0, +)
    #expect(
      abs(try #require(decision["portfolioVolatility"] as? Double) / total.squareRoot() - 1) < 1e-6)
    for (own, share) in zip(held, try column("riskContribution")) {
      #expect(abs(own / total - share) < 1e-6)
    }
    let notes = try #require(report["notes"] as? [String])
    // Friday's bar closes at Saturday's first moment.
    #expect(
      notes.contains {
        $0.hasPrefix("SHARE1: its market has been closed since 2020-02-29T00:00Z")
      }, "\(notes)")
    #expect(!notes.contains { $0.hasPrefix("COIN") })
  }

  @Test func `a node speaks at the closes of its own market`() throws {
    let place = try MixedPortfolio.place
    try place.good("signals", "mixed.yaml", "--csv", "signals.csv")
    let lines = try place.read("signals-nodes.csv").split(separator: "\n")
    #expect(lines.count > 1000)
    for symbol in MixedPortfolio.symbols {
      let own = lines.map { $0.split(separator: ",") }.filter { $0[1] == symbol }
      #expect(own.count > 400)
      // A bar closes a day after it opened.
      let weekends = try own.count { try (day($0[0]) - 1) % 7 >= 5 }
      #expect(symbol.hasPrefix("COIN") ? weekends > 100 : weekends == 0, "\(symbol): \(weekends)")
    }
  }

  @Test func `what is proved of other portfolios is proved of this one`() throws {
    let run = try MixedPortfolio.place.good("verify", "mixed.yaml", "--json")
    #expect(try run.object()["holds"] as? Bool == true, "\(run.testDescription)")
    #expect((try run.object()["promises"] as? [Any])?.count == 8)
  }

  @Test func `whose costs and target hold must be written, and init writes it`() throws {
    let place = try Workplace(copyOf: MixedPortfolio.place)
    try place.write(
      MixedPortfolio.text.replacing("market: equities\n", with: ""), to: "open.yaml")
    for command in ["check", "train", "backtest", "allocate", "signals"] {
      expectFailure(
        try place.run(command, "open.yaml"), naming: "open.yaml", "missing key 'market'",
        "COIN1 trades 24x7", "SHARE1 sessions", "crypto | equities | fx")
    }
    try place.good("check", "open.yaml", "--set", "market=crypto")
    try place.good("init", "new.yaml")
    #expect(try place.read("new.yaml").contains("\nmarket: crypto\n"))
    try place.good("check", "new.yaml")
  }
}
