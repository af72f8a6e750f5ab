import Kernels
import Market
import Models
import Testing

/// The members of a forecast's ensemble: how many, how they differ, what their mean is.
@Suite struct EnsembleTests {
  private static let count = 700

  private func fit(
    seeds: Int?, ridge: Bool = true
  ) async throws -> (fit: NodeFit, table: NodeTable) {
    var settings = RegimeSettings()
    settings.states = 2
    settings.restarts = 1
    let table = RegimeBars.table(
      RegimeBars.series(
        "A", volatilities: [0.004, 0.02], count: EnsembleTests.count, seed: 3), settings)
    let fits = try await RegimeBars.fit(
      [table], settings, count: EnsembleTests.count, withForecast: true
    ) {
      $0.seeds = seeds
      $0.ridge = ridge
    }
    return (fits[0], table)
  }

  /// What the node says when its ensemble is `members` alone.
  private func outputs(
    _ model: NodeModel, _ members: [LSTMNetwork], _ table: NodeTable
  ) -> [NodeOutput?] {
    var changed = model
    changed.forecast?.members = members
    var inference = NodeInference(changed, enter: 0.8)
    return table.rows.map { inference.update($0) }
  }

  @Test func `members are 3, and 5 for a day and slower, unless written`() {
    var settings = ForecastSettings()
    for timeframe in Timeframe.all {
      #expect(settings.members(timeframe) == (timeframe < .d1 ? 3 : 5), "\(timeframe)")
    }
    settings.seeds = 2
    #expect(Timeframe.all.allSatisfy { settings.members($0) == 2 })
  }

  @Test func `members differ, and a member does not depend on how many there are`() async throws {
    let three = try #require(try await fit(seeds: nil).fit.model.forecast).members
    #expect(three.count == 3)
    for i in 0..<3 {
      for j in 0..<i { #expect(three[i].parameters != three[j].parameters) }
    }
    let two = try #require(try await fit(seeds: 2).fit.model.forecast).members
    #expect(two.map(\.parameters) == Array(three.prefix(2)).map(\.parameters))
  }

  @Test func `the forecast is the mean of the members, the spread their deviation`() async throws {
    let (fit, table) = try await fit(seeds: 3, ridge: false)
    let members = try #require(fit.model.forecast).members
    let together = outputs(fit.model, members, table)
    let single = members.map { outputs(fit.model, [$0], table) }
    var compared = 0
    for t in table.rows.indices {
      guard let output = together[t] else { continue }
      let parts = try single.map { try #require($0[t]?.forecast) }
      let sum = parts.reduce(0, +)
      #expect(output.forecast == sum / 3)
      let mean = sum / 3
      let squares = parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let spread = try #require(output.spread)
      #expect((spread - (squares / 2).squareRoot()).magnitude < 1e-9)
      #expect(single.allSatisfy { $0[t]?.spread == nil })
      compared += 1
    }
    #expect(compared > 600)
    #expect(together.compactMap { $0?.spread }.contains { $0 > 0 })
  }

  @Test func `a ridge is half of the forecast and no part of the spread`() async throws {
    let (fit, table) = try await fit(seeds: 3)
    let members = try #require(fit.model.forecast).members
    let ridge = try #require(fit.model.forecast?.ridge)
    var alone = fit.model
    alone.forecast?.ridge = nil
    let both = outputs(fit.model, members, table)
    let networks = outputs(alone, members, table)
    for (t, row) in table.rows.enumerated() {
      guard let output = both[t], let features = row.features else { continue }
      let inputs = try #require(fit.model.forecast).inputs(features)
      let network = try #require(networks[t]?.forecast)
      #expect(output.forecast == 0.5 * network + 0.5 * ridge.predict(inputs))
      #expect(output.spread == networks[t]?.spread)
    }
  }

  @Test func `equal members have no spread, and one has none to tell`() async throws {
    let (fit, table) = try await fit(seeds: 2)
    let member = try #require(fit.model.forecast).members[0]
    let equal = outputs(fit.model, [member, member, member], table).compactMap { $0 }
    #expect(!equal.isEmpty && equal.allSatisfy { $0.spread == 0 })
    #expect(outputs(fit.model, [member], table).allSatisfy { $0?.spread == nil })
  }

  @Test func `the manifest keeps the mean spread over the early-stopping part`() async throws {
    let (fit, table) = try await fit(seeds: 3)
    let window = RegimeBars.window(count: EnsembleTests.count)
    let said = outputs(fit.model, try #require(fit.model.forecast).members, table)
    let spreads = zip(table.rows, said).compactMap { row, output in
      row.knownAt >= window.stopFrom ? output?.spread : nil
    }
    let figure = try #require(fit.metrics["ensemble.spread"])
    #expect(spreads.count > 50)
    #expect((figure - spreads.reduce(0, +) / Double(spreads.count)).magnitude < 1e-15)
    let one = try await self.fit(seeds: 1).fit
    #expect(one.metrics["ensemble.spread"] == nil)
  }
}
