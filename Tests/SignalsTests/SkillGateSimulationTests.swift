import Kernels
import Market
import Signals
import Testing

/// What the gate does in the long run: it opens on one noise in twenty at any length, and finds skill.
///
/// Outcomes have heavy tails and clustered volatility, forecasts persist (.8), and the gate's rule is
/// studied without the least number of pairs.
@Suite struct SkillGateSimulationTests {
  /// One record of a forecast with the given true slope and true R² (0: noise).
  private func record(pairs count: Int, slope: Double, r2: Double, seed: Int) -> SkillRecord {
    var random = CounterRandom(seed: UInt64(seed), path: ["gate", "\(count)", "\(slope)"])
    // E[y | f] = slope f explains r2 of the variance of y, which is one.
    let spread = slope > 0 ? (r2 / (slope * slope)).squareRoot() : 0.1
    var state = random.normal()
    var variance = 1.0
    var pairs: [SkillRecord.Pair] = []
    pairs.reserveCapacity(count)
    for hour in 0..<count {
      state = 0.8 * state + 0.6 * random.normal()
      // Student's t with four degrees of freedom, scaled to variance one, in a GARCH(1, 1).
      let chi2 = -2 * Elementary.log((1 - random.uniform()) * (1 - random.uniform()))
      let shock = random.normal() * (2 / chi2).squareRoot() * variance.squareRoot()
      variance = 0.1 + 0.82 * variance + 0.08 * shock * shock
      let forecast = spread * state
      pairs.append(
        SkillRecord.Pair(
          knownAt: Timestamp(seconds: 3600 * Int64(hour)), symbol: "A", forecast: forecast,
          outcome: slope * forecast + (1 - r2).squareRoot() * shock))
    }
    return SkillRecord(pairs)
  }

  /// The share of 2000 records on which the gate opens.
  private func opens(pairs: Int, slope: Double = 0, r2: Double = 0) throws -> Double {
    var gate = SkillGate()
    gate.requiresEvidence = false
    var open = 0
    for seed in 0..<2000 {
      let record = record(pairs: pairs, slope: slope, r2: r2, seed: seed)
      if try gate.calibrate(record, at: .distantFuture).weight > 0 { open += 1 }
    }
    return Double(open) / 2000
  }

  @Test(arguments: [130, 250, 440, 800, 1300])
  func `noise opens it about once in twenty, at any length`(pairs: Int) throws {
    let share = try opens(pairs: pairs)
    #expect((0.02...0.09).contains(share))
  }

  @Test func `a planted R2 of one percent opens it in four of five at 800 pairs`() throws {
    #expect(try opens(pairs: 800, slope: 0.5, r2: 0.01) >= 0.8)
  }

  @Test func `more evidence finds more`() throws {
    let few = try opens(pairs: 130, slope: 0.5, r2: 0.01)
    let many = try opens(pairs: 1300, slope: 0.5, r2: 0.01)
    #expect(few > 0.2 && few < 0.6)
    #expect(many > 0.9)
  }
}
