import Kernels

/// Exponentially weighted sums over the bars that two symbols have in common, for every pair.
///
/// With raw weights `u_t = (1−λ)λ^age`, for i ≤ j: `Σu x_i x_j`, `Σu x_i²`, `Σu x_j²`, and for the
/// shrinkage intensity `Σu² x_i x_j` and `Σu² x_i² x_j²`. N×N, row-major, upper triangle in use.
struct PairMoments: Sendable {
  let count: Int
  private let decay: Double
  private var common: [Double]
  private var product: [Double]
  private var squareOfRow: [Double]
  private var squareOfColumn: [Double]
  private var productOfSquaredWeight: [Double]
  private var fourthOfSquaredWeight: [Double]

  init(count: Int, decay: Double) {
    self.count = count
    self.decay = decay
    let zeros = Array(repeating: 0.0, count: count * count)
    common = zeros
    product = zeros
    squareOfRow = zeros
    squareOfColumn = zeros
    productOfSquaredWeight = zeros
    fourthOfSquaredWeight = zeros
  }

  /// Takes in one row of returns; NaN freezes the pairs of its symbol.
  mutating func update(_ returns: [Double]) {
    let n = count
    let weight = 1 - decay
    // A missing return multiplies by 1 and adds 0: the loop over columns has no branch.
    var values = returns
    var keep = Array(repeating: decay, count: n)
    var add = Array(repeating: weight, count: n)
    var keepSquared = Array(repeating: decay * decay, count: n)
    var addSquared = Array(repeating: weight * weight, count: n)
    var present = Array(repeating: 1.0, count: n)
    for i in 0..<n where returns[i].isNaN {
      values[i] = 0
      (keep[i], add[i], keepSquared[i], addSquared[i], present[i]) = (1, 0, 1, 0, 0)
    }
    for i in 0..<n where present[i] == 1 {
      let x = values[i]
      let base = i * n
      for j in i..<n {
        let y = values[j]
        let xy = x * y
        common[base + j] += present[j]
        product[base + j] = keep[j] * product[base + j] + add[j] * xy
        squareOfRow[base + j] = keep[j] * squareOfRow[base + j] + add[j] * (x * x)
        squareOfColumn[base + j] = keep[j] * squareOfColumn[base + j] + add[j] * (y * y)
        productOfSquaredWeight[base + j] =
          keepSquared[j] * productOfSquaredWeight[base + j] + addSquared[j] * xy
        fourthOfSquaredWeight[base + j] =
          keepSquared[j] * fourthOfSquaredWeight[base + j] + addSquared[j] * (xy * xy)
      }
    }
  }

  /// The sums of a whole history without a missing return, at once: those of `update` to rounding, with
  /// its weights, in a fraction of its time.
  /// - Parameter returns: T×N, oldest first, row by row, complete.
  init(count: Int, decay: Double, complete returns: [Double]) {
    self.init(count: count, decay: decay)
    guard count > 0 else { return }
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
    product = GramMatrix.of(rooted, columns: count)
    productOfSquaredWeight = GramMatrix.of(weighted, columns: count)
    fourthOfSquaredWeight = GramMatrix.of(squared, columns: count)
    common = Array(repeating: Double(rows), count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        squareOfRow[i * count + j] = product[i * count + i]
        squareOfColumn[i * count + j] = product[j * count + j]
      }
    }
  }

  /// Whether every two of some symbols, ascending, have so many bars in common.
  func isCommon(to symbols: [Int], bars: Int) -> Bool {
    for (a, i) in symbols.enumerated() {
      for j in symbols[a...] where common[i * count + j] != Double(bars) { return false }
    }
    return true
  }

  /// The correlations of some symbols, shrunk to their mean by the weighted Ledoit–Wolf intensity.
  ///
  /// With `c = Σu` and `z = x/√(Σu x²/c)`, the noise of a pair is
  /// `Σp²(z_i z_j − C_ij)² = Σp² z_i² z_j² − 2C_ij Σp² z_i z_j + C_ij² Σp²`, `p = u/c`.
  func shrunkCorrelation(of symbols: [Int], halfLife: Double, minimumObservations: Int)
    -> (correlation: Matrix, intensity: Double, average: Double)
  {
    let n = symbols.count
    var correlation = Array(repeating: 0.0, count: n * n)
    var known = Array(repeating: false, count: n * n)
    var noise = 0.0
    var sum = 0.0
    var pairCount = 0
    // Most pairs share one history: its two powers are computed once.
    var cached = (bars: -1, total: 0.0, squared: 0.0)
    for a in 0..<n {
      for b in a..<n {
        let entry = symbols[a] * count + symbols[b]
        let bars = Int(common[entry])
        let scale = (squareOfRow[entry] * squareOfColumn[entry]).squareRoot()
        guard bars >= minimumObservations, scale > 0 else { continue }
        if cached.bars != bars {
          let left = halfLifeDecay(halfLife, bars: bars)
          // Σu = 1 − λ^n and Σu² = (1−λ)²(1 − λ^2n)/(1 − λ²).
          cached = (bars, 1 - left, (1 - decay) / (1 + decay) * (1 - left * left))
        }
        let total = cached.total
        let value = a == b ? 1 : max(-1, min(1, product[entry] / scale))
        let fourth = fourthOfSquaredWeight[entry] / (scale * scale)
        let cross = productOfSquaredWeight[entry] / (total * scale)
        let term = fourth - 2 * value * cross + value * value * cached.squared / (total * total)
        noise += a == b ? term : 2 * term
        correlation[a * n + b] = value
        correlation[b * n + a] = value
        known[a * n + b] = true
        if a != b {
          sum += value
          pairCount += 1
        }
      }
    }
    let average = pairCount > 0 ? sum / Double(pairCount) : 0
    var spread = 0.0
    for a in 0..<n {
      correlation[a * n + a] = 1
      for b in a + 1..<n where known[a * n + b] {
        let difference = correlation[a * n + b] - average
        spread += 2 * (difference * difference)
      }
    }
    let intensity = spread > 0 ? min(1, max(0, noise / spread)) : 1
    for a in 0..<n {
      for b in a + 1..<n {
        let value =
          known[a * n + b]
          ? (1 - intensity) * correlation[a * n + b] + intensity * average : average
        correlation[a * n + b] = value
        correlation[b * n + a] = value
      }
    }
    return (Matrix(square: n, correlation), intensity, average)
  }
}
