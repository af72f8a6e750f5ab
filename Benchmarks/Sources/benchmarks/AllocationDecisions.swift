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
  try await measureWholeDecisions(session)
  try await measureTree(session)
  try await measureOneBar(session)
}

/// Returns in, targets out: Ledoit-Wolf's covariance, equal risk contributions, limits.
@MainActor
private func measureWholeDecisions(_ session: Session) async throws {
  for (count, most) in [(100, 1e-3), (500, 30e-3)] {
    let symbols = (0..<count).map { Symbol("A\(1000 + $0)") }
    let returns = GeneratedInputs.returns(rows: 500, columns: count)
    try session.share("returns_\(count)", returns.elements)
    let settings = AllocationSettings(
      prior: .riskParity, covariance: .ledoitWolf, window: returns.rows)
    let allocator = try Allocator(
      settings: settings,
      limits: LimitSettings(perSymbol: 2 / Double(count), cluster: .ofPrior))
    try await session.measure(
      "allocation N=\(count), 500 rows: Ledoit-Wolf, ERC, limits", 1, "decision",
      goals: [.atMost(most)]
        + (count == 100
          ? [.times(100, than: "skfolio"), .times(100, than: "Riskfolio-Lib")] : [])
    ) {
      var covariance = try settings.covarianceEstimator(of: symbols)
      try covariance.update(returns)
      return try allocator.decide(
        AllocationInput(
          assets: symbols.map { AssetInput(symbol: $0) },
          covariance: covariance.estimate(minimumObservations: settings.minimumObservations),
          periodsPerYear: 252))
    } value: {
      checksum($0.lines.map(\.target))
    }
  }
}

/// Hierarchical risk parity of 2000 assets, from their covariance.
@MainActor
private func measureTree(_ session: Session) async throws {
  let name = "hierarchical risk parity N=2000"
  guard session.isWanted(name) else { return }
  let count = 2000
  let returns = GeneratedInputs.returns(rows: 500, columns: count)
  let covariance = WeightedLedoitWolf(returns: returns, halfLife: nil).covariance
  try session.share("covariance_\(count)", covariance.elements)
  try await session.measure(name, 1, "solution", goals: [.atMost(50e-3)]) {
    hierarchicalRiskParity(covariance: covariance)
  } value: {
    checksum($0)
  }
}

/// One more bar of 50 symbols in a backtest: the covariance takes it in, and all weights are decided.
@MainActor
private func measureOneBar(_ session: Session) async throws {
  let count = 50
  let symbols = (0..<count).map { Symbol("A\(1000 + $0)") }
  let returns = GeneratedInputs.returns(rows: 500, columns: count)
  let rows = (0..<returns.rows).map { Array(returns.row($0)) }
  var start = try TwoSpeedCovariance(symbols: symbols)
  for row in rows { try start.update(row) }
  for prior in [SizingMethod.equal, .riskParity] {
    let allocator = try Allocator(
      settings: AllocationSettings(prior: prior), limits: LimitSettings(cluster: .ofPrior))
    try await session.measure(
      "one bar of 50 symbols decided anew, \(prior.rawValue)", rows.count, "bar",
      goals: [.atMost(100e-6)]
    ) {
      var covariance = start
      var gross = 0.0
      for row in rows {
        try covariance.update(row)
        let decision = try allocator.decide(
          AllocationInput(
            assets: symbols.map { AssetInput(symbol: $0, held: 0.01) },
            covariance: covariance.estimate(), periodsPerYear: 365))
        gross += decision.gross
      }
      return gross
    } value: {
      $0
    }
  }
}
