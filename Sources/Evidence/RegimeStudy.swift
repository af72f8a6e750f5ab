import Kernels
import Models
import SignalGraph
import Simulation

/// Do fitted regimes see what one sees who knows the parameters?
///
/// The only observation is the raw log return. A model is fitted to the first part of a market and
/// filters on through the second; on each bar its likeliest state is compared with that of the
/// filter by the true parameters. States go by their order of volatility on both sides.
public struct RegimeStudy: Sendable {
  /// Bars that are fitted: a year of hours, the product's longest window on 1h.
  public var fitted = 8760
  /// Bars after them that are judged.
  public var judged = 8760
  /// Mean of the agreements that the goal asks for.
  public var goal = 0.97

  public struct Trial: Sendable, Equatable {
    /// Share of judged bars with the same likeliest state.
    public var agreement: Double
    /// The same on the fitted bars, the first 100 left out.
    public var agreementInSample: Double
    /// Share of judged bars on which the fitted filter names the state that it was.
    public var hits: Double
    /// The same for the true-parameter filter: nobody can do better.
    public var bestHits: Double
  }

  public init() {}

  public func trial(_ seed: UInt64) throws -> Trial {
    var settings = SimulationSettings()
    settings.symbols = 1
    settings.bars = fitted + judged + 1
    settings.seed = seed
    let truth = try SimulatedMarket(settings).symbols[0].truth.dropFirst()
    let returns = truth.map { [$0.logReturn ?? 0] }
    let model = try RegimeModel.fit(
      Matrix(rows: Array(returns.prefix(fitted))),
      random: CounterRandom(seed: seed, path: ["evidence", "regimes"])
    ).model
    var filter = RegimeFilter(model)
    var counts = (same: 0, sameInSample: 0, hits: 0, bestHits: 0)
    for (index, (observation, truth)) in zip(returns, truth).enumerated() {
      guard let estimate = filter.update(observation) else { continue }
      let own = RegimeStudy.likeliest(estimate.posterior)
      let best = RegimeStudy.likeliest(truth.posterior)
      if index >= fitted {
        counts.same += own == best ? 1 : 0
        counts.hits += own == truth.state ? 1 : 0
        counts.bestHits += best == truth.state ? 1 : 0
      } else if index >= 100 {
        counts.sameInSample += own == best ? 1 : 0
      }
    }
    let bars = Double(judged)
    return Trial(
      agreement: Double(counts.same) / bars,
      agreementInSample: Double(counts.sameInSample) / Double(fitted - 100),
      hits: Double(counts.hits) / bars, bestHits: Double(counts.bestHits) / bars)
  }

  private static func likeliest(_ posterior: [Double]) -> Int {
    var best = 0
    for k in posterior.indices where posterior[k] > posterior[best] { best = k }
    return best
  }

  func section(_ seeds: [UInt64], _ laboratory: Laboratory) async throws -> StudySection {
    let trials = try await concurrentMap(seeds, workers: laboratory.workers) { seed in
      let trial = try trial(seed)
      laboratory.note("regimes, seed \(seed): \(percent(trial.agreement))")
      return trial
    }
    let agreement = mean(trials.map(\.agreement))
    return StudySection(
      study: .regimes, title: "Regimes from raw returns",
      method: """
        One symbol, three states (stay .98, volatilities .6, 1, 1.8, means 0, .5, -.5 of a base \
        volatility), \(fitted) hourly bars to fit and the next \(judged) to judge. The raw log return \
        is the only observation (`RegimeModel.fit`, 3 states, 4 starts). Compared bar by bar: the \
        likeliest state by the fitted filter and by the filter that knows the parameters. All judged \
        bars are out of sample; the filter is warm from the fitted ones. Seeds 1 to \(seeds.count).
        """,
      findings: [
        Finding(
          claim: "same state as the true-parameter filter, out of sample, mean over seeds",
          goal: "at least \(percent(goal, 0))", measured: percent(agreement),
          isMet: agreement >= goal)
      ],
      table: [
        ["", "mean", "worst seed"],
        row("agreement, out of sample", trials.map(\.agreement)),
        row("agreement, fitted bars from the 101st on", trials.map(\.agreementInSample)),
        row("names the true state: fitted filter", trials.map(\.hits)),
        row("names the true state: true-parameter filter", trials.map(\.bestHits)),
      ], command: Study.regimes.command)
  }

  private func row(_ name: String, _ values: [Double]) -> [String] {
    [name, percent(mean(values)), percent(values.min() ?? 0)]
  }
}
