import Market

/// Chaikin oscillator: a fast less a slow exponential average of the accumulation / distribution
/// line, in the unit of the volume.
///
/// TA-Lib's ADOSC. Both averages, `y ← y + 2/(period + 1)·(x - y)`, start from the first bar's line
/// and not from a mean. Nil for the first `slow - 1` bars.
public struct ChaikinOscillator: Sendable {
  private var line = AccumulationDistribution()
  private let fastWeight: Double
  private let slowWeight: Double
  /// Nil before the first bar.
  private var averages: Averages?
  private var skip: Int

  private struct Averages {
    var fast: Double
    var slow: Double

    @inline(__always)
    mutating func advance(_ line: Double, _ fastWeight: Double, _ slowWeight: Double) -> Double {
      fast += fastWeight * (line - fast)
      slow += slowWeight * (line - slow)
      return fast - slow
    }
  }

  /// - Precondition: `1 <= fast < slow`.
  public init(fast: Int = 3, slow: Int = 10) {
    precondition(fast >= 1 && fast < slow, "the fast average has the shorter period")
    fastWeight = 2 / Double(fast + 1)
    slowWeight = 2 / Double(slow + 1)
    skip = slow - 1
  }

  /// Takes in the next bar. Returns the oscillator, or nil in the warm-up.
  public mutating func update(_ bar: Bar) -> Double? {
    update(high: bar.high, low: bar.low, close: bar.close, volume: bar.volume)
  }

  /// - Precondition: the volume is finite and not negative.
  public mutating func update(
    high: Double, low: Double, close: Double, volume: Double
  ) -> Double? {
    let now = line.update(high: high, low: low, close: close, volume: volume)
    var averages = averages ?? Averages(fast: now, slow: now)
    let value = averages.advance(now, fastWeight, slowWeight)
    self.averages = averages
    guard skip == 0 else {
      skip -= 1
      return nil
    }
    return value
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double], fast: Int = 3,
    slow: Int = 10
  ) -> [Double] {
    precondition(highs.count == lows.count && lows.count == closes.count)
    precondition(closes.count == volumes.count)
    let rule = ChaikinOscillator(fast: fast, slow: slow)
    let (high, low, close, volume) = (highs.span, lows.span, closes.span, volumes.span)
    return writtenColumn(closes.count) { out in
      var line = AccumulationDistribution()
      var averages = Averages(fast: 0, slow: 0)
      requiringVolumes(volume) { rows in
        for row in rows {
          let now = line.advance(
            high[unchecked: row], low[unchecked: row], close[unchecked: row],
            volume[unchecked: row])
          if row == 0 { averages = Averages(fast: now, slow: now) }
          out[row] = averages.advance(now, rule.fastWeight, rule.slowWeight)
        }
      }
      out.fillWarmUp(slow - 1)
    }
  }
}
