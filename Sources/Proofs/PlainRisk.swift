import Foundation
import Market
import Research
import SignalGraph

/// Volatilities and correlations written a second time, as plainly as they can be: every figure is a
/// sum over the whole history, with a weight of `2^(-age/half-life)` a return.
///
/// A return's age is counted in the returns that came after it: those of its symbol for a volatility,
/// those that both symbols have for a correlation. Correlations are shrunk to their mean m, by
/// `d = Σ p² (z_i z_j - C_ij)² / Σ (C_ij - m)²` over all pairs (weighted Ledoit-Wolf).
struct PlainRisk {
  /// Rows and columns are the symbols that can be measured.
  struct Estimate {
    var symbols: [Symbol]
    var volatilities: [Double]
    var correlation: [[Double]]
  }

  private let symbols: [Symbol]
  private let timeframe: Timeframe
  /// Opens of the bars of any symbol.
  private let times: [Timestamp]
  /// By symbol, a return an entry of `times`; NaN where there is none.
  private let returns: [[Double]]

  init(_ history: MarketHistory, _ timeframe: Timeframe) {
    let series = history.symbols.map { history.series(NodeKey($0, timeframe)) }
    symbols = history.symbols
    self.timeframe = timeframe
    let times = Set(series.flatMap(\.times)).sorted()
    self.times = times
    returns = series.map { own in
      var row = Array(repeating: Double.nan, count: times.count)
      var place = 0
      for index in own.indices.dropFirst() {
        while times[place] < own.times[index] { place += 1 }
        row[place] = own.closes[index] / own.closes[index - 1] - 1
      }
      return row
    }
  }

  /// What is known of risk at `now`.
  /// - Parameters:
  ///   - least: returns that a symbol, or a pair, must have.
  ///   - halfLives: of volatilities and correlations, in bars.
  func estimate(
    at now: Timestamp, least: Int, halfLives: (volatility: Double, correlation: Double) = (20, 60)
  ) -> Estimate {
    let known = countKnown(times.count, at: now) { times[$0] + timeframe.milliseconds }
    let past = returns.map { Array($0[..<known]) }
    let ofVolatility = PlainRisk.weights(known, halfLives.volatility)
    let ofCorrelation = PlainRisk.weights(known, halfLives.correlation)
    var usable: [Int] = []
    var volatilities: [Double] = []
    for symbol in symbols.indices {
      let own = past[symbol].filter { !$0.isNaN }
      guard own.count >= max(2, least) else { continue }
      let volatility = PlainRisk.mean(own.map { $0 * $0 }, ofVolatility).squareRoot()
      guard volatility > 1e-8 else { continue }
      usable.append(symbol)
      volatilities.append(volatility)
    }
    return Estimate(
      symbols: usable.map { symbols[$0] }, volatilities: volatilities,
      correlation: PlainRisk.shrunk(usable.map { past[$0] }, ofCorrelation, max(2, least)))
  }

  /// `2^(-age/half-life)` by age.
  private static func weights(_ count: Int, _ halfLife: Double) -> [Double] {
    (0..<count).map { exp2(-Double($0) / halfLife) }
  }

  /// The mean of values, oldest first, with weights by age.
  private static func mean(_ values: [Double], _ weights: [Double]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (value, weight) in zip(values.reversed(), weights) {
      sum += weight * value
      total += weight
    }
    return sum / total
  }

  /// What two symbols have in common.
  private struct Pair {
    var correlation: Double
    /// `Σ p² (z_i z_j - C_ij)²`.
    var noise: Double
  }

  /// Nil where two symbols have too few returns in common, or one of them does not move.
  private static func pair(_ a: [Double], _ b: [Double], _ weights: [Double], _ least: Int) -> Pair?
  {
    var (common, total, ofA, ofB, product) = (0, 0.0, 0.0, 0.0, 0.0)
    for t in a.indices.reversed() where !a[t].isNaN && !b[t].isNaN {
      let (x, y) = (a[t], b[t])
      let weight = weights[common]
      common += 1
      total += weight
      ofA += weight * x * x
      ofB += weight * y * y
      product += weight * x * y
    }
    let scale = (ofA * ofB).squareRoot()
    guard common >= least, scale > 0 else { return nil }
    var pair = Pair(correlation: max(-1, min(1, product / scale)), noise: 0)
    common = 0
    for t in a.indices.reversed() where !a[t].isNaN && !b[t].isNaN {
      let share = weights[common] / total
      common += 1
      let gap = a[t] * b[t] * total / scale - pair.correlation
      pair.noise += share * share * gap * gap
    }
    return pair
  }

  private static func shrunk(_ past: [[Double]], _ weights: [Double], _ least: Int) -> [[Double]] {
    let n = past.count
    var plain = Array(repeating: Array(repeating: Double?.none, count: n), count: n)
    var (noise, sum, pairs) = (0.0, 0.0, 0)
    for i in 0..<n {
      for j in i..<n {
        guard let pair = pair(past[i], past[j], weights, least) else { continue }
        (plain[i][j], plain[j][i]) = (pair.correlation, pair.correlation)
        noise += (i == j ? 1 : 2) * pair.noise
        if i != j {
          sum += pair.correlation
          pairs += 1
        }
      }
    }
    let middle = pairs > 0 ? sum / Double(pairs) : 0
    var spread = 0.0
    for i in 0..<n {
      for j in 0..<n where i != j {
        if let value = plain[i][j] { spread += (value - middle) * (value - middle) }
      }
    }
    let part = spread > 0 ? min(1, noise / spread) : 1
    return (0..<n).map { i in
      (0..<n).map { j in
        i == j ? 1 : plain[i][j].map { (1 - part) * $0 + part * middle } ?? middle
      }
    }
  }
}
