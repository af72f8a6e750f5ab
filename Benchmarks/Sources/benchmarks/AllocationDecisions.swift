import Allocation
import Kernels
import Market

/// One day's allocation: covariance of 500 returns, risk parity, the whole decision.
@MainActor
func measureAllocation(_ session: Session) async throws {
  session.begin("allocation")
  for count in [5, 20, 100] {
    let symbols = (0..<count).map { Symbol("A\(1000 + $0)") }
    let returns = GeneratedInputs.returns(rows: 500, columns: count)
    try session.share("returns_\(count)", returns.elements)
    try await session.measure("covariance N=\(count), 500 rows", 1, "estimate") {
      try TwoSpeedCovariance.estimate(symbols: symbols, returns: returns)
    } value: {
      checksum($0.covariance.elements)
    }
    try await session.measure("Ledoit-Wolf N=\(count), 500 rows", 1, "estimate") {
      WeightedLedoitWolf(returns: returns, halfLife: nil)
    } value: {
      checksum($0.covariance.elements)
    }

    let estimate = try TwoSpeedCovariance.estimate(symbols: symbols, returns: returns)
    try session.share("covariance_\(count)", estimate.covariance.elements)
    try await session.measure("risk parity N=\(count)", 10, "solution") {
      try (0..<10).map { _ in try riskParity(covariance: estimate.covariance) }
    } value: {
      checksum($0[9])
    }

    let allocator = try Allocator(
      settings: AllocationSettings(prior: .riskParity), limits: LimitSettings(perSymbol: 0.4))
    let input = try AllocationInput(
      assets: symbols.enumerated().map { index, symbol in
        AssetInput(
          symbol: symbol, held: 0.5 / Double(count), regimeSize: index % 3 == 0 ? 0.5 : 1,
          netAlpha: 0.01 * Double(index % 5))
      }, covariance: estimate, periodsPerYear: 365)
    try await session.measure("decision N=\(count)", 10, "decision") {
      try (0..<10).map { _ in try allocator.decide(input) }
    } value: {
      checksum($0[9].lines.map(\.target))
    }
  }
}
