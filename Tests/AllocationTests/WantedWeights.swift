import Allocation
import Kernels
import Market

/// Decisions on a few symbols of one volatility whose wanted weights are written down.
struct WantedWeights {
  static let names: [Symbol] = ["A", "B", "C", "D"]
  var limits: LimitSettings
  /// Of pairs; 0 elsewhere.
  var correlations: [(Int, Int, Double)] = []
  var band = 0.0
  var equity: Double?
  /// Units traded in a bar, by symbol; every price is 10.
  var volumes: [Symbol: Double] = [:]

  init(_ limits: LimitSettings) {
    self.limits = limits
  }

  var covariance: CovarianceEstimate {
    var matrix = Matrix(rows: (0..<4).map { i in (0..<4).map { $0 == i ? 1 : 0 } })
    for (a, b, rho) in correlations {
      matrix[a, b] = rho
      matrix[b, a] = rho
    }
    return CovarianceEstimate(
      symbols: WantedWeights.names, volatilities: [0.01, 0.01, 0.01, 0.01], correlation: matrix,
      observations: [90, 90, 90, 90])
  }

  /// - Parameter wanted: weights before the limits, each at most a quarter.
  func decide(_ wanted: [Double], held: [Double] = [0, 0, 0, 0]) throws -> AllocationDecision {
    try decide(
      WantedWeights.names.indices.map { index in
        asset(index, held: held[index], regimeSize: 4 * wanted[index])
      }, AllocationSettings(volatilityTarget: nil, band: band))
  }

  /// Long and short positions of `in_out`, all of one size, the gross limit together.
  func decide(signs: [Double], held: [Double] = [0, 0, 0, 0]) throws -> AllocationDecision {
    try decide(
      WantedWeights.names.indices.map { index in
        var asset = asset(index, held: held[index], regimeSize: 1)
        (asset.conviction, asset.isActive) = (signs[index], true)
        return asset
      },
      AllocationSettings(mode: .inOut, method: .equal, volatilityTarget: nil, band: band))
  }

  private func asset(_ index: Int, held: Double, regimeSize: Double) -> AssetInput {
    let name = WantedWeights.names[index]
    return AssetInput(
      symbol: name, held: held, regimeSize: regimeSize, price: equity == nil ? nil : 10,
      volume: volumes[name])
  }

  private func decide(_ assets: [AssetInput], _ settings: AllocationSettings) throws
    -> AllocationDecision
  {
    try Allocator(settings: settings, limits: limits).decide(
      AllocationInput(
        assets: assets, covariance: covariance, periodsPerYear: 252, equity: equity))
  }
}

extension AllocationDecision {
  func isNear(_ weights: [Double], within tolerance: Double = 1e-12) -> Bool {
    distance(lines.map(\.target), weights) < tolerance
  }
}
