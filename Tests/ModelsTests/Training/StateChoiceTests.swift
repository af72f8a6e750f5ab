import Indicators
import Kernels
import Market
import Models
import Testing

/// `regime.states: auto`: the number of states with the lowest BIC on the training window.
@Suite struct StateChoiceTests {
  private static let count = 3000

  /// Return and volume are Gaussian within a state, so there are as many states as were planted. A
  /// trailing volatility of 20 bars wanders between them and is told from more.
  private func settings(
    _ states: RegimeStates, _ observed: [String] = ["log_return", "volume"]
  ) throws -> RegimeSettings {
    var settings = RegimeSettings()
    settings.states = states
    settings.observations = .features(try FeatureSpec(names: observed))
    settings.restarts = 4
    return settings
  }

  private func table(
    _ symbol: Symbol, _ volatilities: [Double], _ settings: RegimeSettings, seed: UInt64 = 3
  ) -> NodeTable {
    RegimeBars.table(
      RegimeBars.series(
        symbol, volatilities: volatilities, count: StateChoiceTests.count, seed: seed), settings)
  }

  @Test(arguments: [[0.01], [0.004, 0.02], [0.002, 0.008, 0.04]])
  func `finds how many states were planted`(volatilities: [Double]) async throws {
    let settings = try settings(.automatic(1...5))
    let fit = try await RegimeBars.fit(
      [table("A", volatilities, settings)], settings, count: StateChoiceTests.count)[0]
    #expect(fit.model.regime.states == volatilities.count)
    #expect(fit.stateChoice.states == volatilities.count)
    #expect(fit.metrics["regime.states"] == Double(volatilities.count))
    #expect(fit.stateChoice.candidates.map(\.states) == Array(1...5))
    let bics = fit.stateChoice.candidates.compactMap(\.bic)
    #expect(fit.regimeFit.bic == bics.min())
    for candidate in fit.stateChoice.candidates {
      #expect(fit.metrics["regime.bic.\(candidate.states)"] == candidate.bic)
    }
    // By its definition: K - 1 + K (K - 1) + 4 K parameters of two variables.
    let k = Double(volatilities.count)
    let rows = Double(StateChoiceTests.count - 1)
    let expected =
      (k - 1 + k * (k - 1) + 4 * k) * Elementary.log(rows) - 2 * fit.regimeFit.logLikelihood
    #expect((fit.regimeFit.bic - expected).magnitude < 1e-9 * expected.magnitude)
  }

  @Test func `N2: every number of states is judged by its fit to the same rows`() async throws {
    let open = try settings(.automatic(1...3))
    let tables = [table("A", [0.002, 0.008, 0.04], open)]
    let choice = try await RegimeBars.fit(
      tables, open, count: StateChoiceTests.count)[0].stateChoice
    #expect(choice.candidates.map(\.states) == [1, 2, 3])
    let rows = Double(StateChoiceTests.count - 1)
    for candidate in choice.candidates {
      let fit = try await RegimeBars.fit(
        tables, try settings(.fixed(candidate.states)), count: StateChoiceTests.count)[0].regimeFit
      #expect(candidate.bic == fit.bic)
      let k = Double(candidate.states)
      let expected =
        (k - 1 + k * (k - 1) + 4 * k) * Elementary.log(rows) - 2 * fit.logLikelihood
      #expect((fit.bic - expected).magnitude < 1e-9 * expected.magnitude)
    }
  }

  @Test func `what is chosen has the bits of that number fixed`() async throws {
    let open = try settings(.automatic(1...4))
    let tables = [
      table("A", [0.004, 0.02], open), table("B", [0.003, 0.03], open, seed: 8),
    ]
    let chosen = try await RegimeBars.fit(tables, open, count: StateChoiceTests.count)
    let fixed = try await RegimeBars.fit(
      tables, try settings(.fixed(chosen[0].model.regime.states)), count: StateChoiceTests.count)
    for (a, b) in zip(chosen, fixed) {
      #expect(a.model == b.model)
      #expect(b.stateChoice.candidates.count == 1)
      #expect(b.metrics.keys.allSatisfy { !$0.hasPrefix("regime.bic") })
    }
  }

  @Test func `models that share a forecast get one number, by the sum of their BIC`() async throws {
    let settings = try settings(.automatic(1...3))
    let tables = [
      table("A", [0.01], settings), table("B", [0.002, 0.008, 0.04], settings, seed: 8),
    ]
    var alone: [NodeFit] = []
    for table in tables {
      alone += try await RegimeBars.fit([table], settings, count: StateChoiceTests.count)
    }
    #expect(alone.map(\.model.regime.states) == [1, 3])
    let pooled = try await RegimeBars.fit(
      tables, settings, count: StateChoiceTests.count, withForecast: true)
    #expect(Set(pooled.map(\.model.regime.states)).count == 1)
    for candidate in pooled[0].stateChoice.candidates {
      let parts = alone.map { one in
        one.stateChoice.candidates.first { $0.states == candidate.states }?.bic
      }
      #expect(
        candidate.bic == parts.reduce(0) { sum, part in part.flatMap { p in sum.map { $0 + p } } })
    }
    let best = pooled[0].stateChoice.candidates.compactMap(\.bic).min()
    #expect(
      pooled[0].stateChoice.candidates.first { $0.bic == best }?.states
        == pooled[0].stateChoice.states)
  }

  @Test func `the forecast's head takes as many probabilities as were chosen`() async throws {
    let settings = try settings(.automatic(2...3))
    let fit = try await RegimeBars.fit(
      [table("A", [0.004, 0.02], settings)], settings, count: StateChoiceTests.count,
      withForecast: true)[0]
    #expect(fit.model.regime.states == 2)
    let members = try #require(fit.model.forecast).members
    #expect(members.allSatisfy { $0.shape.regimes == 2 })
  }

  @Test func `a number that leaves a state empty is out of the choice`() async throws {
    // One wild bar: the price is a thousand times as high from there on.
    let settings = try settings(.automatic(1...2), ["log_return"])
    var bars = Array(RegimeBars.series("A", volatilities: [0.01], count: 600, seed: 2))
    for index in 301..<600 {
      bars[index].open *= 1000
      bars[index].high *= 1000
      bars[index].low *= 1000
      bars[index].close *= 1000
    }
    let table = RegimeBars.table(
      BarSeries(symbol: "A", timeframe: .h1, calendar: .continuous, bars: bars), settings)
    let choice = try await RegimeBars.fit([table], settings, count: 600)[0].stateChoice
    #expect(choice.states == 1)
    #expect(choice.candidates.map(\.states) == [1, 2])
    #expect(choice.candidates[1].bic == nil)
    let fixed = try self.settings(.fixed(2), ["log_return"])
    await #expect(throws: TrainingError.self) {
      try await RegimeBars.fit([table], fixed, count: 600)
    }
  }

  @Test func `the manifest's figures tell a fit that says next to nothing`() async throws {
    let settings = try settings(3)
    let noise = try await RegimeBars.fit(
      [table("A", [0.01], settings)], settings, count: StateChoiceTests.count)[0]
    #expect(noise.regimeFit.isDegenerate)
    let told = try await RegimeBars.fit(
      [table("A", [0.002, 0.008, 0.04], settings)], settings, count: StateChoiceTests.count)[0]
    #expect(!told.regimeFit.isDegenerate)
    for (fit, isPoor) in [(noise, true), (told, false)] {
      let manifest = BundleManifest(
        id: "a", series: "A", timeframe: "1h", training: .init(from: "", to: ""),
        metrics: .init(inSample: fit.metrics), softwareVersion: "1")
      #expect(manifest.isRegimeDegenerate == isPoor)
      #expect(manifest.regimeStates == 3)
      #expect(manifest.regimeGainPerBar == fit.regimeFit.gainOverGaussianPerBar)
      let shares = (1...3).compactMap { fit.metrics["regime.state.\($0).share"] }
      #expect((shares.reduce(0, +) - 1).magnitude < 1e-9)
      for k in 0..<3 {
        let error = try #require(fit.metrics["regime.state.\(k + 1).mean_error.1"])
        let natural =
          fit.regimeFit.meanStandardErrors[k, 0] * fit.model.regime.scaler.scale[0]
        #expect(error == natural && error > 0)
      }
    }
  }

  @Test func `observations are read from a manifest's request`() {
    func names(_ text: String) -> [String] {
      BundleManifest(
        id: "a", series: "A", timeframe: "1h", spec: ["observations": text],
        training: .init(from: "", to: ""), softwareVersion: "1"
      ).regimeObservations
    }
    #expect(names("regime/1:volatility") == ["log_return", "log_volatility_20"])
    #expect(names("regime/1:relative") == ["return_20", "volatility_ratio_10_250"])
    #expect(names("regime/1:[log_return,atr_14]") == ["log_return", "atr_14"])
    #expect(names("").isEmpty)
  }
}
