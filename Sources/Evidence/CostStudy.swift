import Engine
import Market
public import Models
public import Research
import Signals
public import Simulation

/// What do forecasts without skill cost the portfolio?
///
/// The same portfolio runs on the same noise twice: with its forecasts, and without any, which is
/// the prior scaled to its volatility target. Where the gate stays shut the two runs are the same bit
/// by bit. A third run with the gate off shows what the gate is good for, and that a cost would be
/// seen.
public struct CostStudy: Sendable {
  public var symbols = 5
  public var bars = 12_000
  /// Loss of Sharpe that the goal allows, mean over seeds.
  public var goal = 0.02
  /// Changes the forecast's settings from their defaults.
  public var adjust: @Sendable (inout ForecastSettings) -> Void = { _ in }

  public struct Trial: Sendable, Equatable {
    public var sharpe: Double
    public var sharpeOfPrior: Double
    /// With `forecast.gate: off`.
    public var sharpeUngated: Double
    /// Test windows of a timeframe in which forecasts counted.
    public var openWindows: Int
    public var windows: Int
    /// Whether both runs have the same hash.
    public var isSame: Bool

    public var cost: Double { sharpeOfPrior - sharpe }
    public var costUngated: Double { sharpeOfPrior - sharpeUngated }
  }

  public init() {}

  public func market(_ seed: UInt64) throws -> SimulatedMarket {
    var settings = SimulationSettings()
    settings.symbols = symbols
    settings.bars = bars
    // Seeds of its own: those of the noise study have been looked at.
    settings.seed = 1000 + seed
    settings.timeframe = .h4
    settings.regimes.means = [0, 0, 0]
    return try SimulatedMarket(settings)
  }

  public func portfolio(_ market: SimulatedMarket) throws -> Portfolio {
    let names = market.symbols.map { "\($0.symbol)" }.joined(separator: ", ")
    var portfolio = try evidencePortfolio(
      "symbols: [\(names)]\ntimeframes: {4h: 0.7, 1d: 0.3}\nmarket: crypto\n")
    portfolio.split.folds = 3
    adjust(&portfolio.forecast)
    return portfolio
  }

  public func trial(_ seed: UInt64, _ laboratory: Laboratory) async throws -> Trial {
    let market = try market(seed)
    var portfolio = try portfolio(market)
    let trained = try await TrainedMarket(market, portfolio, laboratory)
    let run = try await trained.backtest()
    portfolio.forecast.gate = .off
    let ungated = try await TrainedMarket(market, portfolio, laboratory)
    let trusting = try await ungated.backtest()
    // Too few bars for any forecast: regimes, variance and prior remain.
    portfolio.forecast.minimumBars = .max
    let without = try await TrainedMarket(market, portfolio, laboratory)
    let prior = try await without.backtest()
    var (open, windows) = (0, 0)
    for fold in trained.plan.folds.outer {
      for timeframe in portfolio.timeframes.map(\.timeframe) {
        let calibration = trained.skill.calibration(timeframe, of: fold)
        guard calibration.verdict != .noForecast else { continue }
        windows += 1
        open += calibration.weight > 0 ? 1 : 0
      }
    }
    return Trial(
      sharpe: try trained.performance(run).sharpe,
      sharpeOfPrior: try without.performance(prior).sharpe,
      sharpeUngated: try ungated.performance(trusting).sharpe, openWindows: open,
      windows: windows, isSame: run.hash == prior.hash)
  }

  func section(_ seeds: [UInt64], _ laboratory: Laboratory) async throws -> StudySection {
    let trials = try await laboratory.trials(seeds, trial) { seed, trial in
      "cost, seed \(seed): \(fixed(trial.cost, 3, signed: true)), "
        + "\(trial.openWindows) of \(trial.windows) windows open"
    }
    let cost = mean(trials.map(\.cost))
    let open = trials.reduce(0) { $0 + $1.openWindows }
    let windows = trials.reduce(0) { $0 + $1.windows }
    return StudySection(
      study: .cost, title: "What noise costs the portfolio",
      method: """
        \(symbols) symbols (correlation .5) x \(bars) four-hourly bars without a predictable part; \
        profile balanced, crypto costs, forecasts really trained at default settings, of 4h always and \
        of 1d from 1 000 training bars on; 4 inner folds, 3 test windows. Sharpe ratio a year of the run less that of the same run \
        without forecasts, over the test windows, on closes of the primary bars. Seeds 1001 to \
        \(1000 + seeds.count).
        """,
      findings: [
        Finding(
          claim: "loss of Sharpe against the prior, mean over seeds",
          goal: "under \(fixed(goal, 2))", measured: fixed(cost, 4, signed: true),
          isMet: cost < goal)
      ],
      table: [
        ["", "value"],
        ["seeds whose two runs are the same bit by bit", "\(trials.count(where: \.isSame))"],
        ["test windows with an open gate", "\(open) of \(windows)"],
        ["largest loss of a seed", fixed(trials.map(\.cost).max() ?? 0, 3, signed: true)],
        ["largest gain of a seed", fixed(-(trials.map(\.cost).min() ?? 0), 3, signed: true)],
        [
          "loss of Sharpe with the gate off, mean",
          fixed(mean(trials.map(\.costUngated)), 3, signed: true),
        ],
        ["Sharpe of the prior, mean", fixed(mean(trials.map(\.sharpeOfPrior)), 2, signed: true)],
      ], command: Study.cost.command)
  }
}
