import Kernels

/// What the variance models read at the close of one bar. All of it is relative to the EWMA
/// variance, so one fit serves any level of volatility.
struct VarianceInputs: Sendable, Equatable {
  /// EWMA variance expected of the next return, above 0.
  var ewma: Double
  /// The same with a slow decay, above 0.
  var slow: Double
  /// Regressors of `HARVariance`: log of the mean ranges over the EWMA variance, then the calendar.
  var terms: [Double]
  /// Inputs of the network before scaling: the terms, the last return in sigmas, its size, the EWMA
  /// variance over a slow one, and the volume.
  var network: [Double]
}

/// Follows the EWMA variance and makes the variance models' inputs, bar by bar.
struct VarianceInputStream: Sendable {
  /// Ratios below this count as this: a bar without a range has no logarithm.
  static let floor = 0.01
  /// Half-life of 250 bars.
  static let slowDecay = 0.99723122886693

  private var fast: EWMAVariance
  private var slow = EWMAVariance(decay: VarianceInputStream.slowDecay)

  init(decay: Double) {
    fast = EWMAVariance(decay: decay)
  }

  /// EWMA variance expected of the next return; nil in its warm-up.
  var ewma: Double? { fast.next }

  static func logRatio(_ variance: Double, _ unit: Double) -> Double {
    Elementary.log(max(variance / unit, floor))
  }

  /// Takes in a row. Nil in the warm-up, and while no price has moved.
  /// - Parameter isRead: whether the models' inputs are wanted.
  mutating func update(_ row: NodeRow, isRead: Bool = true) -> VarianceInputs? {
    guard let move = row.logReturn else { return nil }
    fast.update(move, missing: row.missingBefore)
    slow.update(move, missing: row.missingBefore)
    guard isRead, let means = row.volatility.means, let unit = fast.next, unit > 0,
      let level = slow.next, level > 0
    else { return nil }
    var terms: [Double] = []
    terms.reserveCapacity(means.count + row.volatility.calendar.count)
    for mean in means { terms.append(VarianceInputStream.logRatio(mean, unit)) }
    terms += row.volatility.calendar
    let sigmas = move / unit.squareRoot()
    return VarianceInputs(
      ewma: unit, slow: level, terms: terms,
      network: terms + [
        sigmas, abs(sigmas), VarianceInputStream.logRatio(unit, level),
        row.volatility.logVolumeRatio,
      ])
  }
}
