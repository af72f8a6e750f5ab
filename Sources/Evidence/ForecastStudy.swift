import Market
public import Models
public import Research
import Signals
public import Simulation

/// If there is something to predict, how much of it does the trained forecast find?
///
/// Every market has a planted predictable part, half linear in the volume score, half regime times
/// momentum (`PlantedSignal`). The product trains its pooled forecast in a walk-forward and
/// calibrates it on the record before each test window. Its R2 over the test windows is set against
/// that of the attainable forecast, which knows all parameters but no state.
public struct ForecastStudy: Sendable {
  public var symbols = 5
  public var bars = 10_000
  public var r2 = 0.05
  public var folds = 2
  public var innerFolds = 2
  /// Part of the attainable R2 that the goal asks for, mean over seeds.
  public var goal = 0.6
  /// Changes the forecast's settings from their defaults.
  public var adjust: @Sendable (inout ForecastSettings) -> Void = { _ in }

  public struct Trial: Sendable, Equatable {
    /// `1 - sum (y - f)^2 / sum y^2` over the test windows, y in EWMA sigmas, f calibrated.
    public var r2: Double
    /// The same before calibration.
    public var rawR2: Double
    /// The same for the attainable forecast.
    public var attainableR2: Double
    /// Weight of the calibration, mean over the test windows.
    public var weight: Double

    public var share: Double { attainableR2 > 0 ? r2 / attainableR2 : 0 }
  }

  public init() {}

  public func market(_ seed: UInt64) throws -> SimulatedMarket {
    var settings = SimulationSettings()
    settings.symbols = symbols
    settings.bars = bars
    settings.seed = seed
    settings.r2 = r2
    settings.regimes.means = [0, 0, 0]
    return try SimulatedMarket(settings)
  }

  public func portfolio(_ market: SimulatedMarket) -> Portfolio {
    let timeframe = market.settings.timeframe
    var portfolio = Portfolio(
      name: "evidence", symbols: market.symbols.map(\.symbol),
      timeframes: [Portfolio.TimeframeWeight(timeframe: timeframe, weight: 1)])
    portfolio.split.folds = folds
    portfolio.split.innerFolds = innerFolds
    adjust(&portfolio.forecast)
    return portfolio
  }

  public func trial(_ seed: UInt64, _ laboratory: Laboratory) async throws -> Trial {
    let market = try market(seed)
    let trained = try await TrainedMarket(market, portfolio(market), laboratory)
    return judge(trained, market)
  }

  private func judge(_ trained: TrainedMarket, _ market: SimulatedMarket) -> Trial {
    let timeframe = market.settings.timeframe
    var truths: [Symbol: [Timestamp: BarTruth]] = [:]
    for symbol in market.symbols {
      truths[symbol.symbol] = Dictionary(
        uniqueKeysWithValues: zip(symbol.series.times, symbol.truth))
    }
    var (square, missed, rawMissed, bestMissed) = (0.0, 0.0, 0.0, 0.0)
    var weights: [Double] = []
    let pairs = trained.skill.records[timeframe]?.pairs ?? []
    for fold in trained.plan.folds.outer {
      let weight = trained.skill.calibration(timeframe, of: fold).weight
      weights.append(weight)
      for pair in pairs where pair.knownAt > fold.testFrom && pair.knownAt <= fold.testTo {
        let truth = truths[pair.symbol]?[pair.knownAt - timeframe.milliseconds]
        guard let truth, let move = truth.logReturn, move != 0 else { continue }
        // The record holds return / sigma: this brings the truth to the same sigma.
        let best = truth.attainable * (pair.outcome / move)
        func miss(_ forecast: Double) -> Double {
          (pair.outcome - forecast) * (pair.outcome - forecast)
        }
        square += pair.outcome * pair.outcome
        missed += miss(weight * pair.forecast)
        rawMissed += miss(pair.forecast)
        bestMissed += miss(best)
      }
    }
    return Trial(
      r2: 1 - missed / square, rawR2: 1 - rawMissed / square, attainableR2: 1 - bestMissed / square,
      weight: mean(weights))
  }

  func section(_ seeds: [UInt64], _ laboratory: Laboratory) async throws -> StudySection {
    let trials = try await laboratory.trials(seeds, trial) { seed, trial in
      "forecast, seed \(seed): R2 \(percent(trial.r2, 2)) of \(percent(trial.attainableR2, 2))"
    }
    let share = mean(trials.map(\.share))
    return StudySection(
      study: .forecast, title: "A planted predictable part",
      method: """
        \(symbols) symbols (correlation .5) x \(bars) hourly bars, R2 of \(percent(r2, 0)) planted \
        within the regimes, half linear in the volume score, half regime x momentum; the regimes' \
        means are 0. Default forecast settings (pooled LSTM, 3 members, ridge a node), really trained \
        through `TrainingPlan` and `ModelTrainer`; \(innerFolds) inner folds, \(folds) test windows \
        over the last three fifths, each calibrated on the record before it (`SkillHistory`). \
        Attainable: the forecast of one who knows all parameters and sees the same past bars. R2 is \
        that of the return in EWMA sigmas over the test windows. Seeds 1 to \(seeds.count).
        """,
      findings: [
        Finding(
          claim: "part of the attainable out-of-sample R2, calibrated, mean over seeds",
          goal: "at least \(percent(goal, 0))", measured: percent(share), isMet: share >= goal)
      ],
      table: [
        ["", "mean", "lowest seed", "highest seed"],
        row("attainable R2", trials.map(\.attainableR2)),
        row("R2, calibrated", trials.map(\.r2)),
        row("R2, uncalibrated", trials.map(\.rawR2)),
        row("part of the attainable", trials.map(\.share)),
        row("weight of the calibration", trials.map(\.weight)),
      ], command: Study.forecast.command)
  }

  private func row(_ name: String, _ values: [Double]) -> [String] {
    [
      name, percent(mean(values), 2), percent(values.min() ?? 0, 2), percent(values.max() ?? 0, 2),
    ]
  }
}
