/// Exponential moving average, `y ← y + k·(x − y)`, in the unit of the input.
///
/// `k = 2 / (period + 1)`, or `1 / period` for Wilder's smoothing (RSI, ATR). The first value is
/// the simple mean of the first `period` inputs (TA-Lib's convention), so `update` returns nil for
/// the first `period - 1`. A constant series has exactly that constant as its average.
public struct EMA: Sendable {
  public let period: Int
  /// The weight of the newest input.
  public let k: Double
  /// The latest average, once it is warm.
  private(set) var value = 0.0
  private var seen = 0

  var isWarm: Bool { seen >= period }

  public init(period: Int) {
    self.init(period: period, k: 2 / Double(period + 1))
  }

  /// Returns Wilder's average, `k = 1 / period` (Wilder 1978, "New Concepts in Technical Trading
  /// Systems").
  public static func wilder(period: Int) -> EMA {
    EMA(period: period, k: 1 / Double(period))
  }

  private init(period: Int, k: Double) {
    precondition(period >= 1, "a moving average needs a period of at least 1")
    self.period = period
    self.k = k
  }

  /// Takes in the next value. Returns the average, or nil in the warm-up.
  @inline(__always)
  public mutating func update(_ x: Double) -> Double? {
    isWarm ? advance(x) : warmUp(x)
  }

  @inline(never)
  private mutating func warmUp(_ x: Double) -> Double? {
    // The running mean of the first inputs; unlike sum / n it leaves a constant as it is.
    seen += 1
    value += (x - value) / Double(seen)
    return isWarm ? value : nil
  }

  /// Takes in the next value of an average that is warm.
  @discardableResult @inline(__always)
  mutating func advance(_ x: Double) -> Double {
    value += k * (x - value)
    return value
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    let x = values.span
    return writtenColumn(values.count) { out in
      var average = EMA(period: period)
      let warm = out.warmUp { average.update(x[$0]) }
      average.advance(over: warm..<out.count, memory: average.memory, isSmall: true) {
        $0.advance(x[unchecked: $1])
      } write: { average, row in
        out[row] = average.value
      }
    }
  }
}

extension EMA: FadingMemory {
  /// After so many inputs no more than a third of a difference is left.
  var memory: Int { Int(1 / k) + 1 }

  func isSame(as other: EMA) -> Bool { value.bitPattern == other.value.bitPattern }
}
