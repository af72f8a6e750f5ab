import Market
import Models
import Testing

/// What is counted before a fit is what the fit finds.
@Suite struct ForecastReachTests {
  private static let count = 300
  private let window = RegimeBars.window(count: ForecastReachTests.count)

  /// - Parameter hole: bars that are missing.
  private func table(hole: Range<Int>) -> NodeTable {
    let bars = Array(
      RegimeBars.series(
        "A", volatilities: [0.004, 0.02], count: ForecastReachTests.count, seed: 3))
    let series = BarSeries(
      symbol: "A", timeframe: .h1, calendar: .continuous,
      bars: bars[..<hole.lowerBound] + bars[hole.upperBound...])
    return RegimeBars.table(series, RegimeSettings())
  }

  private func fit(_ table: NodeTable, _ change: (inout ForecastSettings) -> Void) async throws {
    var settings = RegimeSettings()
    settings.states = 2
    settings.restarts = 1
    _ = try await RegimeBars.fit(
      [table], settings, count: ForecastReachTests.count, withForecast: true
    ) {
      $0.seeds = 1
      $0.epochs = 1
      change(&$0)
    }
  }

  /// A tenth of the window, from bar 269 on, stops the training. A hole of 2 bars is none, one of 10 ends
  /// a segment; where the stopping part begins it leaves only short ones there.
  @Test(
    arguments: [
      (290..<292, LSTMError.noTrainingTargets), (100..<110, LSTMError.noTrainingTargets),
      (265..<275, LSTMError.noValidationTargets),
    ])
  func `the longest window that reaches a target is the longest that trains`(
    hole: Range<Int>, error: LSTMError
  ) async throws {
    let table = table(hole: hole)
    let longest = try #require(
      (2...ForecastReachTests.count).last { length in
        let reach = table.forecastReach(
          in: window, mode: .windowed(length: length), maxGap: 3)
        return reach.training > 0 && reach.stopping > 0
      })
    for (length, expected) in [(longest, nil), (longest + 1, error)] as [(Int, LSTMError?)] {
      var found: TrainingError?
      do {
        try await fit(table) {
          $0.mode = .windowed
          $0.window = length
        }
      } catch let error as TrainingError {
        found = error
      }
      #expect(
        found == expected.map { TrainingError.forecast(timeframe: .h1, $0) }, "\(length)")
    }
  }

  @Test func `a burn-in longer than what is before the last training target leaves none`()
    async throws
  {
    let table = table(hole: 290..<292)
    let longest = try #require(
      (2..<ForecastReachTests.count).last { burnIn in
        let mode = ForecastMode.dense(chunk: burnIn + 60, burnIn: burnIn)
        // Beyond the whole segment a burn-in is none.
        return table.forecastReach(in: window, mode: mode, maxGap: 3).training == 1
      })
    try await fit(table) {
      $0.burnIn = longest
      $0.chunk = longest + 60
    }
    await #expect(throws: TrainingError.forecast(timeframe: .h1, .noTrainingTargets)) {
      try await fit(table) {
        $0.burnIn = longest + 1
        $0.chunk = longest + 61
      }
    }
  }

  @Test func `without a complete row of features a fit says so`() async throws {
    let series = RegimeBars.series(
      "A", volatilities: [0.004, 0.02], count: ForecastReachTests.count, seed: 3)
    // Features take 33 bars to warm up, and training ends with bar 268.
    let late = BarSeries(
      symbol: "A", timeframe: .h1, calendar: .continuous, bars: Array(series)[140...])
    var settings = RegimeSettings()
    settings.states = 1
    let table = RegimeBars.table(late, settings)
    var early = window
    early.trainTo = late.knownAt(32)
    let mode = ForecastMode.dense(chunk: 80, burnIn: 20)
    #expect(table.forecastReach(in: window, mode: mode, maxGap: 3).rows > 50)
    #expect(table.forecastReach(in: early, mode: mode, maxGap: 3).rows == 0)
    let training = PoolTraining(
      regime: settings, forecast: ForecastSettings(), seed: 5, maxGap: 3, minimumBars: 100)
    let error = TrainingError.noFeatures(symbol: "A", timeframe: .h1, by: early.trainTo)
    await #expect(throws: error) {
      try await training.fit([table], window: early, withForecast: true)
    }
    #expect("\(error)".contains("split.start"))
  }
}
