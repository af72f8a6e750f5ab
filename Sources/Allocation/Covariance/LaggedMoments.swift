/// Exponentially weighted products of the returns of one bar with those of the bar before.
///
/// `L ← λL + (1−λ) r_t r_{t−1}'`; a missing return, today's or yesterday's, freezes the entries of its
/// symbol. Taken about zero, as the covariances with such weights are.
struct LaggedMoments: Sendable {
  private let count: Int
  private let halfLife: Double
  private let decay: Double
  private var last: [Double]
  private var products: [Double]
  /// Bars that each entry has taken in.
  private var bars: [Int]
  private var squares: [Double]
  private var observations: [Int]

  init(count: Int, halfLife: Double) {
    self.count = count
    self.halfLife = halfLife
    decay = halfLifeDecay(halfLife)
    last = Array(repeating: .nan, count: count)
    products = Array(repeating: 0, count: count * count)
    bars = Array(repeating: 0, count: count * count)
    squares = Array(repeating: 0, count: count)
    observations = Array(repeating: 0, count: count)
  }

  mutating func update(_ returns: [Double]) {
    for i in 0..<count where !returns[i].isNaN {
      squares[i] = decay * squares[i] + (1 - decay) * (returns[i] * returns[i])
      observations[i] += 1
      for j in 0..<count where !last[j].isNaN {
        let entry = i * count + j
        products[entry] = decay * products[entry] + (1 - decay) * (returns[i] * last[j])
        bars[entry] += 1
      }
    }
    last = returns
  }

  /// The correction for some symbols, each of which has moved.
  func correction(of symbols: [Int]) -> LagOneCorrection {
    func filled(_ bars: Int) -> Double { 1 - halfLifeDecay(halfLife, bars: bars) }
    let deviations = symbols.map { (squares[$0] / filled(observations[$0])).squareRoot() }
    let n = symbols.count
    var correlation = Array(repeating: 0.0, count: n * n)
    for a in 0..<n {
      for b in 0..<n {
        let entry = symbols[a] * count + symbols[b]
        guard bars[entry] > 0 else { continue }
        correlation[a * n + b] =
          products[entry] / filled(bars[entry]) / (deviations[a] * deviations[b])
      }
    }
    return LagOneCorrection(correlation: correlation)
  }
}
