import Kernels

/// Exponentially weighted covariance of returns about zero, one row of returns at a time.
///
/// `S ← λS + (1−λ)rr'` with `λ = 2^(−1/halfLife)`. A missing return (NaN) freezes the entries of its
/// symbol; entry (i, j) is corrected for its start by `1/√((1−λ^n_i)(1−λ^n_j))`, n being the returns
/// seen of each. This is skfolio 1.12's `EWCovariance`. With late listings it keeps the matrix
/// positive semidefinite and pulls the late symbol's correlations towards zero; isolated holes can
/// make it indefinite. `TwoSpeedCovariance` deals with both.
public struct EWMACovariance: Sendable {
  public let count: Int
  public let halfLife: Double
  /// Returns seen of each symbol.
  public private(set) var observations: [Int]
  private let decay: Double
  private var sums: [Double]

  /// - Precondition: `halfLife > 0`.
  public init(count: Int, halfLife: Double) {
    precondition(halfLife > 0)
    self.count = count
    self.halfLife = halfLife
    observations = Array(repeating: 0, count: count)
    decay = halfLifeDecay(halfLife)
    sums = Array(repeating: 0, count: count * count)
  }

  /// Takes in the returns of one bar; NaN is a missing return.
  public mutating func update(_ returns: [Double]) {
    precondition(returns.count == count, "one return a symbol")
    for i in 0..<count where !returns[i].isNaN {
      observations[i] += 1
      for j in 0..<count where !returns[j].isNaN {
        let entry = i * count + j
        sums[entry] = decay * sums[entry] + (1 - decay) * (returns[i] * returns[j])
      }
    }
  }

  /// The covariance per bar of the symbols with enough returns, and which symbols these are.
  public func estimate(minimumObservations: Int = 1) -> (indexes: [Int], covariance: Matrix) {
    let usable = (0..<count).filter { observations[$0] >= max(1, minimumObservations) }
    let correction = usable.map {
      (1 - halfLifeDecay(halfLife, bars: observations[$0])).squareRoot()
    }
    let n = usable.count
    var covariance = Array(repeating: 0.0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        covariance[i * n + j] =
          sums[usable[i] * count + usable[j]] / (correction[i] * correction[j])
      }
    }
    return (usable, Matrix(square: n, covariance))
  }
}

/// What is left of a weight after so many bars: `2^(−bars/halfLife)`.
func halfLifeDecay(_ halfLife: Double, bars: Int = 1) -> Double {
  Elementary.exp(-0.693_147_180_559_945_309_4 * Double(bars) / halfLife)
}
