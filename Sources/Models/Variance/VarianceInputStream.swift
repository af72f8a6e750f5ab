import Kernels
import Market

/// What the variance models read at the close of one bar. All of it is relative to the EWMA
/// variance, so one fit serves any level of volatility.
struct VarianceInputs: Sendable, Equatable {
  /// EWMA variance expected of the next return, above `VarianceInputStream.stillness`.
  var ewma: Double
  /// The same with a slow decay, above 0.
  var slow: Double
  /// Regressors of `HARVariance`: log of the mean ranges over the EWMA variance, then the calendar.
  var terms: [Double]
  /// Inputs of the network before scaling: the terms, the last return in sigmas, its size, the EWMA
  /// variance over a slow one, and the volume.
  var network: [Double]

  /// How many `terms` there are.
  static func termCount(_ timeframe: Timeframe) -> Int {
    VolatilityRow.periods.count + VolatilityRowStream.calendarCount(timeframe)
  }

  /// How many inputs `network` holds.
  static func networkCount(_ timeframe: Timeframe) -> Int { termCount(timeframe) + 4 }
}

/// Follows the EWMA variance and makes the variance models' inputs, bar by bar.
struct VarianceInputStream: Sendable {
  /// An EWMA variance no larger than this is that of a price that stands still, for the rounding of a return
  /// is larger. Ratios to it would overflow.
  static let stillness = 1e-30
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
    Elementary.log(max(variance / unit, VolatilityRow.leastRatio))
  }

  /// Takes in a row. Nil in the warm-up, and where no price has moved for so long that the EWMA variance
  /// has faded away.
  /// - Parameter isRead: whether the models' inputs are wanted.
  mutating func update(_ row: NodeRow, isRead: Bool = true) -> VarianceInputs? {
    guard let move = row.logReturn else { return nil }
    fast.update(move, missing: row.missingBefore)
    slow.update(move, missing: row.missingBefore)
    guard isRead, let means = row.volatility.means, let level = slow.next, level > 0,
      let unit = fast.next, unit > VarianceInputStream.stillness
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
