import Kernels
import Market
import Simulation
import Testing

@Suite struct SimulationErrorTests {
  private func expect(
    _ setting: String, _ change: (inout SimulationSettings) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var settings = SimulationSettings()
    settings.bars = 100
    change(&settings)
    do {
      _ = try SimulatedMarket(settings)
      Issue.record("no error names \(setting)", sourceLocation: sourceLocation)
    } catch {
      #expect(error.description.hasPrefix("\(setting) "), sourceLocation: sourceLocation)
      #expect(error.description.contains(": must be "), sourceLocation: sourceLocation)
    }
  }

  @Test func `a value that makes no market is named with what it may be`() {
    expect("symbols") { $0.symbols = 0 }
    expect("bars") { $0.bars = 1 }
    expect("volatility") { $0.annualVolatility = 0 }
    expect("volatility") { $0.annualVolatility = .nan }
    expect("timeframe") {
      $0.calendar = .sessions
      $0.timeframe = .h4
    }
    expect("start") { $0.start = Timestamp(year: 2018, month: 1, day: 1, minute: 30) }
    expect("start") {
      $0.timeframe = .w1
      $0.start = Timestamp(year: 2018, month: 1, day: 2)
    }
    expect("volatilities") { $0.regimes.volatilities = [] }
    expect("volatilities") { $0.regimes.volatilities = [1, -1, 1] }
    expect("means") { $0.regimes.means = [0] }
    expect("stay") { $0.regimes.stay = 1.1 }
    expect("correlation") { $0.correlation = .oneFactor(1) }
    expect("correlation") { $0.correlation = .matrix(Matrix(rows: [[1]])) }
    expect("correlation") {
      $0.symbols = 2
      $0.correlation = .matrix(Matrix(rows: [[1, 2], [2, 1]]))
    }
    expect("correlation") {
      $0.symbols = 2
      $0.correlation = .matrix(Matrix(rows: [[1, 0.9], [0.5, 1]]))
    }
    expect("r2") { $0.r2 = 0.3 }
    expect("missing") { $0.missing = 1 }
    expect("outages") { $0.outages = -1 }
    expect("late") { $0.late = 6 }
    expect("delisted") {
      $0.late = 3
      $0.delisted = 3
    }
    expect("splits") { $0.splits = -1 }
  }
}
