import Market

/// Chaikin oscillator: a fast less a slow exponential average of the accumulation / distribution
/// line, in the unit of the volume.
///
/// TA-Lib's ADOSC. Both averages, `y ← y + 2/(period + 1)·(x - y)`, start from the first bar's line
/// and not from a mean. Nil for the first `slow - 1` bars.
public struct ChaikinOscillator: Sendable {
  private var line = AccumulationDistribution()
  /// Those of the fast and of the slow average.
  private let weights: SIMD2<Double>
  /// Nil before the first bar.
  private var averages: Averages?
  private var skip: Int

  private struct Averages: FadingMemory {
    /// The fast and the slow one.
    var values: SIMD2<Double>

    init(_ first: Double) { values = SIMD2(repeating: first) }

    @inline(__always)
    mutating func advance(_ line: Double, _ weights: SIMD2<Double>) {
      values += weights * (SIMD2(repeating: line) - values)
    }

    @inline(__always)
    var difference: Double { values[0] - values[1] }

    func isSame(as other: Averages) -> Bool {
      values[0].bitPattern == other.values[0].bitPattern
        && values[1].bitPattern == other.values[1].bitPattern
    }
  }

  /// - Precondition: `1 <= fast < slow`.
  public init(fast: Int = 3, slow: Int = 10) {
    precondition(fast >= 1 && fast < slow, "the fast average has the shorter period")
    weights = SIMD2(2 / Double(fast + 1), 2 / Double(slow + 1))
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
    var averages = averages ?? Averages(now)
    averages.advance(now, weights)
    self.averages = averages
    guard skip == 0 else {
      skip -= 1
      return nil
    }
    return averages.difference
  }

  /// The values of whole columns of equal length; NaN in the warm-up.
  public static func column(
    highs: [Double], lows: [Double], closes: [Double], volumes: [Double], fast: Int = 3,
    slow: Int = 10
  ) -> [Double] {
    let weights = ChaikinOscillator(fast: fast, slow: slow).weights
    return writtenColumn(closes.count) { out in
      AccumulationDistribution.write(highs, lows, closes, volumes, to: out)
      guard let first = out.first else { return }
      var averages = Averages(first)
      // The line stands where the oscillator is going to; what a row is taken in from again is rare.
      var line: [Double]?
      averages.advance(
        over: out.indices, memory: slow / 2 + 1, isSmall: true,
        preparingAgain: { row in
          let again =
            line
            ?? AccumulationDistribution.column(
              highs: highs, lows: lows, closes: closes, volumes: volumes)
          line = again
          out[row] = again[row]
        },
        { $0.advance(out[$1], weights) }, write: { averages, row in out[row] = averages.difference }
      )
      out.fillWarmUp(slow - 1)
    }
  }
}
