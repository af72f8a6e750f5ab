import Allocation
import Market
import Testing

@Suite struct AllocationSettingsTests {
  @Test func `the defaults are those that were measured`() throws {
    let settings = AllocationSettings()
    #expect(settings.mode == .priorTilt && settings.prior == .equal)
    #expect(settings.method == .riskBudget && settings.volatilityTarget == 0.4)
    #expect(settings.band == 0.25 && settings.sharpeOfPrior == 0.5 && settings.tiltMax == 2)
    #expect(settings.volatilityHalfLife == 20 && settings.correlationHalfLife == 60)
    try settings.validate()
    #expect(LimitSettings() == LimitSettings(gross: 1, perSymbol: nil, perSymbolOverrides: [:]))
  }

  @Test(arguments: [
    AllocationSettings(volatilityTarget: 0), AllocationSettings(volatilityTarget: .nan),
    AllocationSettings(volatilityTarget: .infinity), AllocationSettings(band: -0.1),
    AllocationSettings(band: 1), AllocationSettings(band: .nan),
    AllocationSettings(sharpeOfPrior: 0), AllocationSettings(tiltMax: 0.9),
    AllocationSettings(tiltMax: .infinity), AllocationSettings(volatilityHalfLife: 0),
    AllocationSettings(correlationHalfLife: -1), AllocationSettings(minimumObservations: 1),
  ])
  func `a value that makes no sense is refused`(settings: AllocationSettings) {
    #expect(throws: AllocationError.self) { try Allocator(settings: settings) }
  }

  @Test(arguments: [
    LimitSettings(gross: 0), LimitSettings(gross: .nan), LimitSettings(gross: .infinity),
    LimitSettings(perSymbol: 0), LimitSettings(perSymbol: .nan),
    LimitSettings(perSymbolOverrides: ["A": -0.1]), LimitSettings(perSymbolOverrides: ["A": .nan]),
    LimitSettings(net: 0), LimitSettings(net: .nan), LimitSettings(positions: 0),
    LimitSettings(turnover: 0), LimitSettings(turnover: .infinity),
    LimitSettings(groups: [GroupLimit(name: "g", symbols: ["A"], max: 0)]),
    LimitSettings(groups: [GroupLimit(name: "g", symbols: ["A"], max: .nan)]),
    LimitSettings(cluster: ClusterLimit(max: 0)), LimitSettings(cluster: ClusterLimit(max: .nan)),
    LimitSettings(cluster: ClusterLimit(rho: 0)), LimitSettings(cluster: ClusterLimit(rho: 1.1)),
    LimitSettings(pair: PairLimit(hard: 0)), LimitSettings(pair: PairLimit(hard: 1.1)),
    LimitSettings(pair: PairLimit(soft: 1)), LimitSettings(pair: PairLimit(soft: 0.8, hard: 0.8)),
    LimitSettings(pair: PairLimit(soft: -0.1, hard: 0.8)),
  ])
  func `a limit that makes no sense is refused`(limits: LimitSettings) {
    #expect(throws: AllocationError.self) { try Allocator(limits: limits) }
  }

  @Test func `the error names the key, the value and the rule`() {
    #expect(
      throws: AllocationError.invalidSetting(
        name: "band", value: 1.5, rule: "at least 0 and below 1")
    ) { try AllocationSettings(band: 1.5).validate() }
    let error = AllocationError.invalidSetting(name: "gross", value: 0, rule: "above 0")
    #expect("\(error)" == "allocation: gross is 0.0; it must be above 0")
  }
}
