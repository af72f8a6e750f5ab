import Kernels

/// Exponentially weighted sums over the bars that two symbols have in common, for every pair.
///
/// With raw weights `u_t = (1−λ)λ^age`: `Σu x_i x_j`, `Σu x_i²`, `Σu x_j²`, and for the shrinkage
/// intensity `Σu² x_i x_j` and `Σu² x_i² x_j²` (`PairKernels`).
struct PairMoments: Sendable {
  let count: Int
  private let decay: Double
  /// The blocks of `PairKernels.Sum`.
  private var sums: [Double]

  init(count: Int, decay: Double) {
    self.count = count
    self.decay = decay
    sums = PairKernels.noSums(count)
  }

  /// Takes in one row of returns; NaN freezes the pairs of its symbol.
  mutating func update(_ returns: [Double]) {
    PairKernels.add(returns, decay: decay, to: &sums)
  }

  /// The sums of a whole history without a missing return, at once: those of `update` to rounding, with
  /// its weights, in a fraction of its time.
  /// - Parameter returns: T×N, oldest first, row by row, complete.
  init(count: Int, decay: Double, complete returns: [Double]) {
    self.count = count
    self.decay = decay
    guard count > 0 else {
      sums = []
      return
    }
    let rows = returns.count / count
    var (rooted, weighted, squared) = (returns, returns, returns)
    var weight = 1 - decay
    for t in (0..<rows).reversed() {
      let root = weight.squareRoot()
      for entry in (t * count)..<((t + 1) * count) {
        let x = returns[entry]
        rooted[entry] = root * x
        weighted[entry] = weight * x
        squared[entry] = weight * (x * x)
      }
      weight *= decay
    }
    let product = GramMatrix.of(rooted, columns: count)
    var (ofRow, ofColumn) = (product, product)
    for i in 0..<count {
      for j in 0..<count {
        ofRow[i * count + j] = product[i * count + i]
        ofColumn[i * count + j] = product[j * count + j]
      }
    }
    // In the order of `PairKernels.Sum`.
    sums = Array(repeating: Double(rows), count: count * count)
    sums += product
    sums += ofRow
    sums += ofColumn
    sums += GramMatrix.of(weighted, columns: count)
    sums += GramMatrix.of(squared, columns: count)
  }

  /// Whether every two of some symbols, ascending, have so many bars in common.
  func isCommon(to symbols: [Int], bars: Int) -> Bool {
    let bars = Double(bars)
    return sums.withUnsafeBufferPointer { sums in
      for (a, i) in symbols.enumerated() {
        for j in symbols[a...] where sums[i * count + j] != bars { return false }
      }
      return true
    }
  }

  /// The correlations of some symbols, ascending, shrunk to their mean by the weighted Ledoit–Wolf
  /// intensity.
  /// - Parameter shrinks: else they are as they were measured.
  func shrunkCorrelation(
    of symbols: [Int], halfLife: Double, minimumObservations: Int, shrinks: Bool
  ) -> ShrunkCorrelation {
    let n = symbols.count
    var correlation = Array(repeating: Double.nan, count: n * n)
    var totals = PairTotals()
    var weights = CommonWeights(
      count: count, decay: decay, halfLife: halfLife, least: Double(minimumObservations))
    var (values, noise) = (weights.total, weights.total)
    for a in 0..<n {
      let i = symbols[a]
      weights.read(sums, symbol: i)
      if weights.isOwnKnown, let own = ownNoise(of: i, weights) { totals.noise += own }
      PairKernels.correlations(
        of: i, count: count, sums: sums, total: weights.total, squared: weights.squared,
        into: &values, noise: &noise)
      totals.add(values, noise: noise, of: symbols, row: a, into: &correlation)
    }
    return ShrunkCorrelation(correlation, count: n, totals, shrinks: shrinks)
  }

  /// How uncertain the variance of a symbol is; nil where it has not moved.
  private func ownNoise(of i: Int, _ weights: CommonWeights) -> Double? {
    func sum(_ sum: PairKernels.Sum) -> Double { sums[(sum.rawValue * count + i) * count + i] }
    let scale = (sum(.squareOfRow) * sum(.squareOfColumn)).squareRoot()
    guard scale > 0 else { return nil }
    let total = weights.ownTotal
    let fourth = sum(.fourthOfSquaredWeight) / (scale * scale)
    let cross = sum(.productOfSquaredWeight) / (total * scale)
    return fourth - 2 * cross + weights.ownSquared / (total * total)
  }
}

/// The weights of the bars that a symbol has in common with those after it.
private struct CommonWeights {
  /// `Σu = 1 − λ^n` and `Σu² = (1−λ)²(1 − λ^2n)/(1 − λ²)`, one a later symbol; 0 where they have too few.
  private(set) var total: [Double]
  private(set) var squared: [Double]
  /// Those of the symbol's own bars.
  private(set) var ownTotal = 0.0
  private(set) var ownSquared = 0.0
  var isOwnKnown: Bool { ownTotal > 0 }
  /// What `total` and `squared` are of.
  private var bars: [Double]
  private let decay: Double
  private let halfLife: Double
  private let least: Double
  private typealias Weights = (bars: Double, total: Double, squared: Double)
  private var last: Weights = (0, 0, 0)

  /// - Parameter least: pairs with fewer bars in common are not known.
  init(count: Int, decay: Double, halfLife: Double, least: Double) {
    precondition(least > 0, "a pair is known by its bars")
    bars = Array(repeating: 0, count: count)
    total = bars
    squared = bars
    self.decay = decay
    self.halfLife = halfLife
    self.least = least
  }

  mutating func read(_ sums: [Double], symbol: Int) {
    let count = total.count
    let own = symbol * count + symbol
    let weights = self.weights(of: sums[own])
    (ownTotal, ownSquared) = (weights.total, weights.squared)
    // Most pairs share one history: what stands there is right.
    for later in 0..<(count - 1 - symbol) where sums[own + 1 + later] != bars[later] {
      let weights = self.weights(of: sums[own + 1 + later])
      bars[later] = weights.bars
      total[later] = weights.total
      squared[later] = weights.squared
    }
  }

  private mutating func weights(of common: Double) -> Weights {
    if common != last.bars {
      let left = halfLifeDecay(halfLife, bars: Int(common))
      last =
        common < least
        ? (common, 0, 0) : (common, 1 - left, (1 - decay) / (1 + decay) * (1 - left * left))
    }
    return last
  }
}
