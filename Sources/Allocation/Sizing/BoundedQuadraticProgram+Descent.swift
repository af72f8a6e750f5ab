/// The guess: descent along one variable or a pair, the one that gains most.
extension BoundedQuadraticProgram {
  /// What is left of a gradient, as a part of its terms, when the guess is good enough.
  private static let roughly = 1e-5
  private static let stepsPerVariable = 60

  mutating func descend() {
    let enough = BoundedQuadraticProgram.roughly * scale()
    for _ in 0..<(BoundedQuadraticProgram.stepsPerVariable * n) {
      guard total == nil ? stepAlone(enough) : stepPair(enough) else { break }
    }
    refreshGradient()
  }

  /// Moves the variable that gains most to its own minimum.
  private mutating func stepAlone(_ enough: Double) -> Bool {
    var best = (index: -1, gain: 0.0, step: 0.0)
    for i in 0..<n where hessian[i * n + i] > 0 {
      let wanted = point[i] - gradient[i] / hessian[i * n + i]
      let step = max(lower[i], min(upper[i], wanted)) - point[i]
      let gain = -step * (gradient[i] + 0.5 * hessian[i * n + i] * step)
      if abs(gradient[i]) > enough, step != 0, gain > best.gain { best = (i, gain, step) }
    }
    guard best.index >= 0 else { return false }
    move(best.index, by: best.step, to: nil)
    return true
  }

  /// Moves from one variable to another: the one of the least gradient takes from the one that gains
  /// most (Fan, Chen and Lin 2005, "Working set selection using second order information for training
  /// support vector machines").
  private mutating func stepPair(_ enough: Double) -> Bool {
    var least = -1
    for i in 0..<n where point[i] < upper[i] && (least < 0 || gradient[i] < gradient[least]) {
      least = i
    }
    guard least >= 0 else { return false }
    let row = least * n
    let own = hessian[row + least]
    var best = (index: -1, gain: 0.0, curvature: 0.0)
    var widest = 0.0
    for j in 0..<n where point[j] > lower[j] {
      let slope = gradient[j] - gradient[least]
      guard slope > 0 else { continue }
      widest = max(widest, slope)
      let curvature = max(
        own + hessian[j * n + j] - 2 * hessian[row + j], 1e-12 * (own + hessian[j * n + j]))
      let gain = slope * slope / curvature
      if gain > best.gain { best = (j, gain, curvature) }
    }
    guard widest > enough, best.index >= 0 else { return false }
    let (j, i) = (best.index, least)
    let wanted = (gradient[j] - gradient[i]) / best.curvature
    let (roomBelow, roomAbove) = (point[j] - lower[j], upper[i] - point[i])
    let step = min(wanted, min(roomBelow, roomAbove))
    guard step > 0 else { return false }
    move(i, by: step, to: step == roomAbove ? upper[i] : nil)
    move(j, by: -step, to: step == roomBelow ? lower[j] : nil)
    return true
  }

  /// - Parameter end: the bound that the step leads to: exactly, whatever the rounding.
  private mutating func move(_ i: Int, by step: Double, to end: Double?) {
    point[i] = end ?? max(lower[i], min(upper[i], point[i] + step))
    for k in 0..<n { gradient[k] += hessian[i * n + k] * step }
  }
}
