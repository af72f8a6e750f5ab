import Market

/// Wilder's directional movement: +DI, -DI and ADX, each 0...100 (Wilder 1978).
///
/// A bar's upward movement is `high - previous high`, if that is positive and greater than the
/// downward one, `previous low - low`; else 0; and the other way about. With sums decayed by
/// `s ← s - s / period + new`, `±DI = 100·sum of the movement / sum of the true range`, and
/// ADX is Wilder's average of `DX = 100·|+DI - -DI| / (+DI + -DI)`.
///
/// Warm-up as in TA-Lib: the sums start with the `period - 1` bars after the first, ±DI come from
/// bar `period` (0-based) on, ADX with bar `2·period - 1` and the mean of `period` DX. Where
/// nothing has ever moved ±DI are 0; a bar without DX counts as 0 in that mean and afterwards
/// leaves ADX as it is.
public struct DirectionalMovement: Sendable {
  public struct Value: Sendable, Equatable {
    public var plusDI: Double
    public var minusDI: Double
    /// Nil until `period` values of DX are known.
    public var adx: Double?
  }

  public let period: Int
  /// The high and the negated low of the bar before, and its close twice. They are written as the vectors
  /// that they are read as: a read that is wider than the write before waits until that has left the
  /// processor.
  private var previous = SIMD2<Double>.zero
  private var previousClose = SIMD2<Double>.zero
  private var isFirst = true
  private var sums: Sums

  /// What the bars so far have left, each the change from one to the next.
  private struct Sums {
    let period: Int
    /// The decayed sums of the upward and the downward movement, and of the true range.
    var movement = SIMD2<Double>.zero
    var range = 0.0
    var seen = 0
    var average: EMA

    var isWarm: Bool { seen == period }

    /// Takes in a bar's movement, `high - previous high` and `previous low - low`, and its true range.
    @inline(__always)
    mutating func add(_ moves: SIMD2<Double>, range newRange: Double) {
      if seen < period { seen += 1 }
      if isWarm {
        movement -= movement / Double(period)
        range -= range / Double(period)
      }
      let others = SIMD2(moves[1], moves[0])
      movement += SIMD2.zero.replacing(with: moves, where: (moves .> 0) .& (moves .> others))
      range += newRange
    }

    /// Takes the sums into ADX. Returns ±DI.
    @inline(__always)
    mutating func directions() -> SIMD2<Double> {
      guard range > 0 else {
        if !average.isWarm { _ = average.update(0) }
        return .zero
      }
      let directions = 100 * (movement / range)
      let both = directions[0] + directions[1]
      if both > 0 {
        _ = average.update(100 * ((directions[0] - directions[1]).magnitude / both))
      } else if !average.isWarm {
        _ = average.update(0)
      }
      return directions
    }
  }

  public init(period: Int) {
    self.period = period
    sums = Sums(period: period, average: .wilder(period: period))
  }

  /// Takes in the next bar. Returns the values, or nil in the warm-up of ±DI.
  public mutating func update(_ bar: Bar) -> Value? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  public mutating func update(high: Double, low: Double, close: Double) -> Value? {
    let extremes = SIMD2(high, -low)
    let moves = extremes - previous
    defer {
      previous = extremes
      previousClose = SIMD2(repeating: close)
      isFirst = false
    }
    guard !isFirst else { return nil }
    sums.add(
      moves, range: TrueRange.range(high: high, low: low, previousClose: previousClose[0]))
    guard sums.isWarm else { return nil }
    let directions = sums.directions()
    return Value(
      plusDI: directions[0], minusDI: directions[1],
      adx: sums.average.isWarm ? sums.average.value : nil)
  }

  /// The three columns for whole columns of equal length; NaN in the warm-up.
  public static func columns(
    highs: [Double], lows: [Double], closes: [Double], period: Int
  ) -> (plusDI: [Double], minusDI: [Double], adx: [Double]) {
    precondition(highs.count == lows.count && lows.count == closes.count)
    let (high, low, close) = (highs.span, lows.span, closes.span)
    return writtenColumns(closes.count) { plus, minus, adx in
      for out in [plus, minus, adx] { out.fillWarmUp(period) }
      var sums = DirectionalMovement(period: period).sums
      for row in 1..<max(1, closes.count) {
        sums.add(
          SIMD2(
            high[unchecked: row] - high[unchecked: row &- 1],
            low[unchecked: row &- 1] - low[unchecked: row]),
          range: TrueRange.range(
            high: high[unchecked: row], low: low[unchecked: row],
            previousClose: close[unchecked: row &- 1]))
        guard sums.isWarm else { continue }
        let directions = sums.directions()
        plus[row] = directions[0]
        minus[row] = directions[1]
        adx[row] = sums.average.isWarm ? sums.average.value : .nan
      }
    }
  }
}
