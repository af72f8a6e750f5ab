import Market
public import Models
public import Research
public import Signals
public import Simulation
import Statistics

/// How often do really trained models open the gate where there is nothing to find?
public struct NoiseStudy: Sendable {
  public var symbols = 3
  public var bars = 3000
  /// Openings among the seeds that the goal allows, as a share.
  public var goal = 0.1
  /// Changes the forecast's settings from their defaults.
  public var adjust: @Sendable (inout ForecastSettings) -> Void = { _ in }

  public init() {}

  /// A market of regimes without means: its returns cannot be told in advance.
  public func market(_ seed: UInt64) throws -> SimulatedMarket {
    var settings = SimulationSettings()
    settings.symbols = symbols
    settings.bars = bars
    settings.seed = seed
    settings.timeframe = .h4
    settings.regimes.means = [0, 0, 0]
    return try SimulatedMarket(settings)
  }

  public func portfolio(_ market: SimulatedMarket) -> Portfolio {
    var portfolio = Portfolio(
      name: "evidence", symbols: market.symbols.map(\.symbol),
      timeframes: [
        Portfolio.TimeframeWeight(timeframe: market.settings.timeframe, weight: 1)
      ])
    portfolio.split.folds = 1
    adjust(&portfolio.forecast)
    return portfolio
  }

  /// What the whole record of a seed's market earns.
  public func trial(_ seed: UInt64, _ laboratory: Laboratory) async throws -> Calibration {
    let market = try market(seed)
    let trained = try await TrainedMarket(market, portfolio(market), laboratory)
    let record = trained.skill.records[market.settings.timeframe] ?? SkillRecord()
    return try SkillGate().calibrate(record, at: .distantFuture)
  }

  func section(_ seeds: [UInt64], _ laboratory: Laboratory) async throws -> StudySection {
    let trials = try await laboratory.trials(seeds, trial) { seed, calibration in
      "noise, seed \(seed): \(calibration.verdict.rawValue), t \(fixed(calibration.t ?? 0, 2))"
    }
    let opened = zip(seeds, trials).filter { $0.1.weight > 0 }.map { seed, calibration in
      "\(seed) (weight \(fixed(calibration.weight, 2)))"
    }
    let open = opened.count
    let interval = WilsonInterval(successes: open, trials: seeds.count)
    return StudySection(
      study: .noise, title: "Really trained models on noise",
      method: """
        \(symbols) symbols (correlation .5) x \(bars) four-hourly bars with regimes of volatility and \
        no predictable part. Default forecast settings (pooled LSTM, 3 members, ridge a node), really \
        trained; 4 inner folds and one test window. The gate judges the whole out-of-sample record, \
        \(fixed(mean(trials.map(\.effectivePairs)), 0)) effective pairs on average. Seeds 1 to \(seeds.count).
        """,
      findings: [
        Finding(
          claim: "gate opens", goal: "at most \(percent(goal, 0)) of the seeds",
          measured: "\(open) of \(seeds.count) "
            + "[\(percent(interval.lower)), \(percent(interval.upper))]",
          isMet: Double(open) <= goal * Double(seeds.count))
      ],
      table: opened.isEmpty ? [] : [["opened on seeds"], [opened.joined(separator: ", ")]],
      command: Study.noise.command)
  }
}
