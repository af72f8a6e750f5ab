import Indicators
import Market
import Models
import Testing

@Suite struct RegimeErrorTests {
  @Test func `an observation that never changes is called by its name, else by its number`()
    async throws
  {
    let count = 300
    let series = RegimeBars.series("A", volatilities: [0.01], count: count, seed: 1)
    var mood = ExtraColumn(name: "mood")
    mood.append(1, knownAt: RegimeBars.start)
    var settings = RegimeSettings()
    settings.observations = .features(try FeatureSpec(names: ["log_return", "extra.mood"]))
    let table = NodeTable(
      series, features: .stationary(for: .h1), observations: settings.observations,
      extras: [mood])
    let error = HMMError.constantObservation(column: 1, name: "extra.mood")
    await #expect(throws: TrainingError.regime(symbol: "A", timeframe: .h1, error)) {
      try await RegimeBars.fit([table], settings, count: count)
    }
    #expect("\(error)".hasPrefix("regime observation extra.mood is constant"))
    #expect(
      "\(HMMError.constantObservation(column: 2))".hasPrefix("regime observation 3 is constant"))
    #expect("\(HMMError.notFinite(row: 0, column: 0))".hasPrefix("regime observation 1 of row 1"))
  }

  @Test func `a share is told in per cent, with digits that mean something`() {
    let error = HMMError.emptyState(
      states: 3, restarts: 8, smallestOccupancy: 0.006024235344944126, needed: 0.01)
    #expect("\(error)".contains("left a state with 0.602 % of the bars, below 1.0 %: "))
    let near = HMMError.emptyState(
      states: 3, restarts: 8, smallestOccupancy: 0.009_987_6, needed: 0.01)
    #expect("\(near)".contains("0.999 % of the bars, below 1.0 %"))
  }
}
