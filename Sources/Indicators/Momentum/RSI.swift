/// Relative strength index, 0...100: `100·G / (G + L)`.
///
/// G and L are Wilder's averages of the rises and of the falls of the close (Wilder 1978). The
/// first value comes with input `period` (0-based), after `period` changes, as in TA-Lib. Where
/// nothing has ever moved TA-Lib gives 0, and so does `update`; use `shareOfGains` where a flat
/// market must not look like a fall.
public struct RSI: Sendable {
  /// Wilder's averages of the rises and of the falls.
  private struct Moves: FadingMemory {
    var gains: EMA
    var losses: EMA

    @inline(__always)
    mutating func update(_ change: Double) -> Double? {
      // Number by number: of a choice in a vector that is then taken apart the compiler makes branches.
      let gain = gains.update(larger(0, change))
      let loss = losses.update(larger(0, -change))
      return gain == nil || loss == nil ? nil : index
    }

    /// Takes in the next change when both averages are warm.
    @inline(__always)
    mutating func advance(_ change: Double) {
      let parts = RSI.parts(change)
      gains.advance(parts[0])
      losses.advance(parts[1])
    }

    var index: Double {
      let sum = gains.value + losses.value
      return sum > 0 ? 100 * (gains.value / sum) : 0
    }

    func isSame(as other: Moves) -> Bool {
      gains.isSame(as: other.gains) && losses.isSame(as: other.losses)
    }
  }

  /// The rise and the fall in a change. Without a branch: which way the price goes next, no processor
  /// foresees.
  @inline(__always)
  private static func parts(_ change: Double) -> SIMD2<Double> {
    let both = SIMD2(change, -change)
    return SIMD2.zero.replacing(with: both, where: both .> 0)
  }

  public let period: Int
  private var moves: Moves
  private var previous: Double?

  public init(period: Int) {
    self.period = period
    moves = Moves(gains: .wilder(period: period), losses: .wilder(period: period))
  }

  /// Takes in the next close. Returns the index, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Double? {
    defer { previous = close }
    return previous.flatMap { moves.update(close - $0) }
  }

  /// `G / (G + L)` in 0...1, at whatever scale the price is; nil in the warm-up.
  ///
  /// It is 0.5 in a market that has stood still so long that `G + L` is below 1e-12 of the price.
  public var shareOfGains: Double? {
    guard moves.gains.isWarm, let previous else { return nil }
    let sum = moves.gains.value + moves.losses.value
    return sum <= 1e-12 * previous.magnitude ? 0.5 : moves.gains.value / sum
  }

  /// The index of a whole column of closes; NaN in the warm-up.
  public static func column(_ closes: [Double], period: Int) -> [Double] {
    let close = closes.span
    return writtenColumn(closes.count) { out in
      var index = RSI(period: period)
      let warm = out.warmUp { index.update(close[$0]) }
      // From here on the close before is found in the column.
      var moves = index.moves
      moves.advance(over: warm..<out.count, memory: moves.gains.memory) {
        $0.advance(close[unchecked: $1] - close[unchecked: $1 &- 1])
      } write: { moves, row in
        out[row] = moves.index
      } writePair: { first, second, row in
        let gains = SIMD2(first.gains.value, second.gains.value)
        let sums = gains + SIMD2(first.losses.value, second.losses.value)
        let indices = (100 * (gains / sums)).replacing(with: 0, where: sums .<= 0)
        (out[row], out[row &+ 1]) = (indices[0], indices[1])
      }
    }
  }
}
