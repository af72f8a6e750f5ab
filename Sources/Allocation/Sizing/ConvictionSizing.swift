import Kernels

/// Sizes each open position by its own conviction, whatever the others are: method `conviction`.
///
/// The sizes are fractions of equity, so nothing is scaled up to fill the account: what they leave is
/// cash. A volatility target only scales down.
extension AllocationDraft {
  /// - Parameter active: lines with their rows and the sign of the position.
  mutating func sizeByConviction(
    _ active: [(line: Int, row: Int, sign: Double)], _ settings: AllocationSettings
  ) {
    var sizes: [Double] = []
    var total = 0.0
    for (index, _, _) in active {
      let asset = input.assets[index]
      let size = asset.sizing.size(
        conviction: asset.conviction, multiplier: asset.sizeMultiplier * asset.share)
      sizes.append(size)
      total += size
    }
    let weights = zip(active, sizes).map { $0.sign * $1 }
    let variance = portfolioVariance(
      weights: weights, covariance: input.covariance.covariance(of: active.map(\.row)))
    let volatility = (input.periodsPerYear * variance).squareRoot()
    priorVolatility = volatility
    exposure = 1
    if let target = settings.volatilityTarget, volatility > target {
      exposure = target / volatility
    }
    for (k, entry) in active.enumerated() {
      let index = entry.line
      lines[index].prior = weights[k]
      lines[index].budget = sizes[k] / total
      lines[index].scaled = exposure * input.throttle * weights[k]
      if exposure != 1 { lines[index].reasons.append(.volatilityTarget(scale: exposure)) }
      if input.throttle != 1 {
        lines[index].reasons.append(.drawdownThrottle(scale: input.throttle))
      }
    }
  }
}
