import Allocation
import Market
import SignalGraph
import Signals
import Testing

/// `allocation.variance: model`, in a run on prices and signals written by hand.
@Suite struct VarianceSizingTests {
  private func weight(
    _ settings: AllocationSettings.Variance, variance: Double
  ) async throws -> Double {
    let run = try await ScriptedRun(
      mode: .priorTilt, exit: ExitSettings(), days: 1, variance: settings, volatilityTarget: 0.1,
      price: { _, _ in 100 }, signal: { ScriptedRun.signal(at: $1, variance: variance) })
    return try #require(run.decisions.first?.allocation?.lines.first?.target)
  }

  @Test func `twice the forecast deviation halves the weight`() async throws {
    let calm = try await weight(.model, variance: 1e-3)
    let wild = try await weight(.model, variance: 4e-3)
    #expect(calm > 0 && calm < 0.5 && abs(wild - calm / 2) < 1e-15)
    // Equal weights w: 2 w² v (1 + r) 365 = 0.1², the correlation r between -1 and 1.
    let correlation = 0.01 / (2 * calm * calm * 1e-3 * 365) - 1
    #expect(abs(correlation) < 0.5)
  }

  @Test func `by default the forecast variance moves no weight`() async throws {
    #expect(try await weight(.ewma, variance: 1e-3) == weight(.ewma, variance: 4e-3))
  }

  @Test func `without a forecast variance nothing is held`() async throws {
    #expect(try await weight(.model, variance: 0) == 0)
    #expect(try await weight(.ewma, variance: 0) > 0)
  }
}
