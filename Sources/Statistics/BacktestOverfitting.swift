import Kernels

/// How often the best of several variants, chosen on one half of the data, is among the worse half on
/// the other: the probability of backtest overfitting by combinatorially symmetric cross-validation
/// (Bailey, Borwein, López de Prado and Zhu 2017).
///
/// The steps are cut into an even number of blocks; each half of the blocks chooses the variant with the
/// highest Sharpe ratio, whose rank r among N variants on the other half gives
/// `λ = log(w / (1 − w))`, `w = r / (N + 1)`, ties at their mean rank. PBO is the share of halves with
/// `λ ≤ 0`.
public struct BacktestOverfitting: Sendable, Equatable {
  /// Variants that took part: those whose returns vary on every half.
  public let variants: Int
  public let blocks: Int
  public let combinations: Int
  /// PBO.
  public let probability: Double
  public let meanLogit: Double
  /// Share of the halves on which the variant chosen had a Sharpe ratio below 0.
  public let probabilityOfLoss: Double
  /// Of the chosen variant's ratio out of sample on that in sample, per bar; nil where it does not
  /// vary. Below 0: the better it looks, the worse it does.
  public let degradation: LeastSquaresLine?

  /// Nil with fewer than two variants that take part, or fewer than two steps a block.
  ///
  /// - Parameters:
  ///   - returns: of each variant over the same steps; the steps after the last whole block are left
  ///     out.
  ///   - blocks: S, even.
  /// - Precondition: `blocks` is even, from 2 to 20 (184 756 combinations).
  /// - Throws: `StatisticsError` for lengths that differ and values that are not finite.
  public init?(returns: [[Double]], blocks: Int = 16) throws(StatisticsError) {
    precondition(blocks >= 2 && blocks <= 20 && blocks.isMultiple(of: 2))
    for variant in returns {
      guard variant.count == returns[0].count else {
        throw .lengthsDiffer(returns[0].count, variant.count)
      }
      try requireFinite(variant)
    }
    let length = (returns.first?.count ?? 0) / blocks
    guard length > 1 else { return nil }
    let sums = returns.map { BlockSums($0, blocks: blocks, length: length) }
    let halves = Statistics.combinations(blocks, choose: blocks / 2)
    // Sharpe ratios by half and variant; the other half of number i is number count − 1 − i.
    let ratios = halves.map { half in sums.map { $0.sharpe(of: half) } }
    let usable = returns.indices.filter { variant in ratios.allSatisfy { $0[variant] != nil } }
    guard usable.count > 1 else { return nil }
    var (overfitted, losses, logits) = (0, 0, 0.0)
    var (chosen, confirmed): ([Double], [Double]) = ([], [])
    for (index, ratio) in ratios.enumerated() {
      let inSample = usable.compactMap { ratio[$0] }
      let outOfSample = usable.compactMap { ratios[halves.count - 1 - index][$0] }
      var best = 0
      for variant in inSample.indices where inSample[variant] > inSample[best] { best = variant }
      let rank = Correlation.ranks(outOfSample)[best]
      let place = rank / Double(usable.count + 1)
      let logit = Elementary.log(place / (1 - place))
      logits += logit
      overfitted += logit <= 0 ? 1 : 0
      losses += outOfSample[best] < 0 ? 1 : 0
      chosen.append(inSample[best])
      confirmed.append(outOfSample[best])
    }
    let count = Double(halves.count)
    variants = usable.count
    self.blocks = blocks
    combinations = halves.count
    probability = Double(overfitted) / count
    meanLogit = logits / count
    probabilityOfLoss = Double(losses) / count
    degradation = LeastSquaresLine(x: chosen, y: confirmed)
  }
}

/// Sums of one variant's returns over blocks, from which any half's Sharpe ratio follows.
private struct BlockSums {
  private let length: Int
  /// About which deviations are taken, so that squares lose no digits.
  private let centre: Double
  private var sums: [Double] = []
  private var squares: [Double] = []

  init(_ returns: [Double], blocks: Int, length: Int) {
    self.length = length
    centre = Moments(Array(returns.prefix(blocks * length))).mean
    for block in 0..<blocks {
      var (sum, square) = (0.0, 0.0)
      for value in returns[block * length..<(block + 1) * length] {
        let deviation = value - centre
        sum += deviation
        square += deviation * deviation
      }
      sums.append(sum)
      squares.append(square)
    }
  }

  /// Per bar; nil without spread.
  func sharpe(of half: [Int]) -> Double? {
    var (sum, square) = (0.0, 0.0)
    for block in half {
      sum += sums[block]
      square += squares[block]
    }
    let n = Double(half.count * length)
    let variance = (square - sum * sum / n) / (n - 1)
    let smallest = Moments.smallestDeviation
    guard variance > max(smallest * smallest, 1e-12 * square / n) else { return nil }
    return (centre + sum / n) / variance.squareRoot()
  }
}
