import Engine
import Kernels
import Market
import PortfolioFile
public import Research
public import Simulation

/// Are the profiles in the order of risk that their names promise?
///
/// Each market is another: number of symbols, volatility, correlation, persistence and volatilities
/// of the regimes, calendar. All three profiles run on it, on the same models.
public struct ProfileStudy: Sendable {
  public var days = 900

  public struct Trial: Sendable, Equatable {
    public var market: Portfolio.MarketKind
    /// Realised volatility a year; conservative, balanced, aggressive.
    public var volatility: [Double]
    /// Mean gross exposure, in the same order.
    public var gross: [Double]

    public var isOrdered: Bool {
      [volatility, gross].allSatisfy { $0[0] <= $0[1] && $0[1] <= $0[2] }
    }
  }

  public init() {}

  /// A daily market in which everything a seed can vary varies: even seeds trade around the clock,
  /// odd ones in sessions.
  public func market(_ seed: UInt64) throws -> SimulatedMarket {
    var random = CounterRandom(seed: seed, path: ["evidence", "profiles"])
    func between(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * random.uniform()
    }
    var settings = SimulationSettings()
    settings.seed = seed
    settings.timeframe = .d1
    settings.bars = days
    settings.calendar = seed.isMultiple(of: 2) ? .continuous : .sessions
    settings.symbols = 2 + random.below(6)
    settings.annualVolatility =
      settings.calendar == .continuous ? between(0.4, 1.2) : between(0.1, 0.4)
    settings.correlation = .oneFactor(between(0, 0.9))
    settings.regimes.stay = between(0.95, 0.99)
    settings.regimes.volatilities = [between(0.4, 0.8), 1, between(1.4, 2.5)]
    settings.regimes.means = [between(-0.1, 0.2), between(-0.1, 0.1), between(-0.2, 0.1)]
    settings.ownRegimes = random.uniform() < 0.3
    settings.missing = random.uniform() < 0.3 ? 0.01 : 0
    settings.delisted = random.uniform() < 0.2 ? 1 : 0
    return try SimulatedMarket(settings)
  }

  public func trial(_ seed: UInt64, _ laboratory: Laboratory) async throws -> Trial {
    let market = try market(seed)
    let names = market.symbols.map { "\($0.symbol)" }.joined(separator: ", ")
    let kind: Portfolio.MarketKind =
      market.settings.calendar == .continuous ? .crypto : .equities
    var trial = Trial(market: kind, volatility: [], gross: [])
    for profile in Portfolio.Profile.allCases {
      var portfolio = try evidencePortfolio(
        "symbols: [\(names)]\ntimeframes: {1d: 1}\nmarket: \(kind.rawValue)\n", profile: profile)
      portfolio.split.folds = 2
      let trained = try await TrainedMarket(market, portfolio, laboratory)
      let performance = try trained.performance(await trained.backtest())
      trial.volatility.append(performance.volatility)
      trial.gross.append(performance.gross)
    }
    return trial
  }

  func section(_ seeds: [UInt64], _ laboratory: Laboratory) async throws -> StudySection {
    let trials = try await laboratory.trials(seeds, trial) { seed, trial in
      "profiles, seed \(seed): \(trial.isOrdered ? "in order" : "OUT OF ORDER")"
    }
    let ordered = trials.count(where: \.isOrdered)
    func rows(_ kind: Portfolio.MarketKind) -> [[String]] {
      let own = trials.filter { $0.market == kind }
      return Portfolio.Profile.allCases.enumerated().map { index, profile in
        [
          "\(kind.rawValue), \(profile.rawValue)", percent(mean(own.map { $0.volatility[index] })),
          fixed(mean(own.map { $0.gross[index] }), 2),
        ]
      }
    }
    return StudySection(
      study: .profiles, title: "Profiles in order of risk",
      method: """
        \(seeds.count) daily markets of \(days) days that differ in number of symbols (2 to 7), \
        volatility, correlation, regimes, calendar (half of them crypto, half equities), missing bars \
        and a delisting. Each profile at its defaults, no forecasts (too few bars), regimes refitted \
        in 2 test windows over the last three fifths. Seeds 1 to \(seeds.count).
        """,
      findings: [
        Finding(
          claim: "realised volatility and mean gross: conservative <= balanced <= aggressive",
          goal: "in every market", measured: "\(ordered) of \(trials.count)",
          isMet: ordered == trials.count)
      ],
      table: [["", "realised volatility, mean", "gross exposure, mean"]] + rows(.crypto)
        + rows(.equities), command: Study.profiles.command)
  }
}

/// A portfolio as a user's file gives it, every other key at its default.
func evidencePortfolio(_ text: String, profile: Portfolio.Profile? = nil) throws -> Portfolio {
  try PortfolioFile.resolve(text: text, path: "evidence.yaml", profile: profile).portfolio
}
