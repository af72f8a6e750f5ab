import Kernels

extension AllocationDraft {
  /// Scales weights that are parts of equity by themselves: a volatility target only scales them down,
  /// and what they leave is cash.
  /// - Parameter sized: lines with their rows and the signed weights of the sizing.
  mutating func scaleDown(
    _ sized: [(line: Int, row: Int, weight: Double)], _ settings: AllocationSettings
  ) {
    let variance = portfolioVariance(
      weights: sized.map(\.weight), covariance: input.covariance.covariance(of: sized.map(\.row)))
    let volatility = (input.periodsPerYear * variance).squareRoot()
    priorVolatility = volatility
    exposure = 1
    if let target = settings.volatilityTarget {
      if volatility > target { exposure = target / volatility }
      let beside = roomBesideStuck(sized.map { ($0.row, exposure * $0.weight) }, target: target)
      exposure *= beside
    }
    for (index, _, weight) in sized {
      lines[index].prior = weight
      lines[index].scaled = exposure * input.throttle * weight
      if exposure != 1 { lines[index].reasons.append(.volatilityTarget(scale: exposure)) }
      if input.throttle != 1 {
        lines[index].reasons.append(.drawdownThrottle(scale: input.throttle))
      }
    }
  }
}
