import Kernels
import Market
import Models
import Testing

/// A trace is a second way through the parts of a node: what it shows must add up to what the node says.
@Suite struct NodeTraceTests {
  private static let count = 500

  static func fitted(
    _ mode: ForecastSettings.Mode, ridge: Bool
  ) async throws -> (model: NodeModel, table: NodeTable) {
    var settings = RegimeSettings()
    settings.states = 2
    settings.restarts = 1
    let table = RegimeBars.table(
      RegimeBars.series(
        "A", volatilities: [0.004, 0.02], count: NodeTraceTests.count, seed: 3), settings)
    let fits = try await RegimeBars.fit(
      [table], settings, count: NodeTraceTests.count, withForecast: true
    ) {
      $0.seeds = 2
      $0.mode = mode
      $0.window = 12
      $0.epochs = 1
      $0.ridge = ridge
    }
    return (fits[0].model, table)
  }

  @Test(arguments: [ForecastSettings.Mode.dense, .windowed], [true, false])
  func `networks and ridge of the trace make the node's forecast, bit for bit`(
    mode: ForecastSettings.Mode, ridge: Bool
  ) async throws {
    let (model, table) = try await NodeTraceTests.fitted(mode, ridge: ridge)
    let forecast = try #require(model.forecast)
    var trace = NodeTrace(model, enter: 0.8)
    var inference = NodeInference(model, enter: 0.8)
    var filter = RegimeFilter(model.regime)
    var (forecasts, windows) = (0, 0)
    for row in table.rows {
      let traced = trace.update(row)
      #expect(traced.output == inference.update(row))
      #expect(traced.posterior == filter.update(row.observation)?.posterior)
      #expect(traced.features == row.features && traced.observation == row.observation)
      #expect((traced.inputs == nil) == (row.features == nil || traced.posterior == nil))
      guard let inputs = traced.inputs, let features = row.features else { continue }
      let scaled = forecast.inputs(features)
      #expect(inputs == scaled.map { Float($0) })
      let each = traced.networks.compactMap { $0 }
      guard each.count == 2 else {
        windows += 1
        #expect(each.isEmpty)
        continue
      }
      let ensemble = (Double(each[0]) + Double(each[1])) / 2
      let whole = forecast.ridge.map { 0.5 * ensemble + 0.5 * $0.predict(scaled) } ?? ensemble
      #expect(traced.output?.forecast == whole)
      forecasts += 1
    }
    #expect(forecasts > 400)
    #expect(windows == (mode == .windowed ? 11 : 0))
  }

  @Test func `the readings of the trace make the node's variance, bit for bit`() async throws {
    let (model, table) = try await NodeTraceTests.fitted(.dense, ridge: false)
    let regression = try #require(model.variance.regression)
    let network = try #require(model.variance.network)
    let names = VarianceReadings.names(table.timeframe)
    let calendar = names.count - 8
    var servers = network.members.map { LSTMServer(network: $0, mode: .dense(chunk: 2, burnIn: 1)) }
    var trace = NodeTrace(model, enter: 0.8)
    func log(_ ratio: Double) -> Double { Elementary.log(max(ratio, 0.01)) }
    var count = 0
    for row in table.rows {
      let traced = trace.update(row)
      guard let readings = traced.varianceReadings else {
        #expect(count == 0)
        if let output = traced.output { #expect(output.variance == output.targetVariance) }
        continue
      }
      #expect(readings.count == names.count)
      let (move, ewma) = (readings[4 + calendar], readings[5 + calendar])
      let terms = readings[..<4].map { log($0 / ewma) } + readings[4..<4 + calendar]
      let sigmas = move / ewma.squareRoot()
      let inputs = network.scaler.squashed(
        terms + [sigmas, abs(sigmas), log(ewma / readings[6 + calendar]), readings[7 + calendar]])
      let said = servers.indices.reduce(0.0) {
        $0 + Double(servers[$1].update(inputs: inputs.map { Float($0) }, regime: []) ?? .nan)
      }
      let logRatio =
        (regression.regression.predict(terms) + regression.level
          + (said / Double(servers.count) + network.level)) / 2
      guard let output = traced.output else { continue }
      #expect(output.targetVariance == ewma)
      #expect(output.variance == ewma * Elementary.exp(logRatio))
      count += 1
    }
    #expect(count > 400)
  }

  @Test func `a forecast is described as training describes it`() async throws {
    let (model, table) = try await NodeTraceTests.fitted(.dense, ridge: true)
    var bare = model
    bare.forecast?.deviation = 0
    bare.forecast?.persistence = 0
    let window = RegimeBars.window(count: NodeTraceTests.count)
    let described = bare.describingForecasts(
      of: table, from: window.stopFrom, to: window.to, enter: 0.8)
    #expect(described == model)
    #expect(try #require(model.forecast).deviation > 0)
  }
}
