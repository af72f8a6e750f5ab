/// Mean and standard deviation of the last `period` inputs.
///
/// Sums of deviations and of their squares are taken about an input that is inside the window, nothing
/// is ever subtracted (`BlockWindow`). So `sum of squares - mean square` loses at most a factor
/// `period` of precision, whatever the level of the series and whatever it was before the window, and
/// a window of equal values has a deviation of exactly 0.
///
/// O(1) a bar on average; nil for the first `period - 1` inputs.
public struct RollingMoments: Sendable {
  public struct Value: Sendable, Equatable {
    public var mean: Double
    /// The sum of squared deviations from the mean, over the number of inputs.
    public var populationVariance: Double
    /// The newest input less the mean, in the precision of the deviations rather than of the level.
    public var newestDeviation: Double

    /// How many standard deviations the newest input lies above the mean; 0 for equal inputs.
    /// At most `sqrt(period - 1)` in size (Samuelson 1968).
    public var newestScore: Double {
      let deviation = standardDeviation
      return deviation > 0 ? newestDeviation / deviation : 0
    }

    /// The square root of the population variance (TA-Lib's STDDEV; ddof 0).
    public var standardDeviation: Double {
      // A variance is never negative, but only if the compiler sees it does it leave out a branch.
      larger(0, populationVariance).squareRoot()
    }
  }

  /// The sums of `d = value - anchor` and of d².
  private struct Sums: WindowPart {
    var sum = 0.0
    var squares = 0.0

    mutating func append(_ value: Double, anchor: Double, place: Double) { add(value - anchor) }
    mutating func prepend(_ value: Double, anchor: Double, place: Double) { add(value - anchor) }

    @inline(__always)
    private mutating func add(_ deviation: Double) {
      sum += deviation
      squares += deviation * deviation
    }

    static func joined(_ older: Sums, _ newer: Sums, rest: Double) -> Sums {
      Sums(sum: newer.sum + older.sum, squares: newer.squares + older.squares)
    }

    @inline(__always)
    func moments(_ newest: Double, _ anchor: Double, _ count: Double) -> Value {
      let mean = sum / count
      return Value(
        mean: anchor + mean, populationVariance: larger(0, (squares - sum * mean) / count),
        newestDeviation: newest - anchor - mean)
    }
  }

  public let period: Int
  private let count: Double
  private var window: BlockWindow<Sums>

  public init(period: Int) {
    self.period = period
    count = Double(period)
    window = BlockWindow(period: period)
  }

  /// Takes in the next value. Returns the moments of the last `period`, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Value? {
    window.update(value)?.moments(value, window.anchor, count)
  }

  /// Calls `body` with each of some rows of a column, from the `period`th of them on, and the moments up
  /// to it.
  /// - Parameter rows: the first is the first of a block; nil: all.
  @inline(__always)
  static func each(
    _ values: [Double], rows: Range<Int>? = nil, period: Int, _ body: (Int, Value) -> Void
  ) {
    let x = values.span
    let count = Double(period)
    BlockWindow<Sums>.each(
      rows ?? 0..<values.count, period: period, input: { x[unchecked: $0] },
      finish: { row, anchor, window in
        body(row, window.moments(x[unchecked: row], anchor, count))
      })
  }
}
