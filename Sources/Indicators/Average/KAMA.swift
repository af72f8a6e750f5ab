/// Kaufman's adaptive moving average, in the unit of the input.
///
/// `y ← y + c²(x - y)` with `c = e·(2/(fast + 1) - 2/(slow + 1)) + 2/(slow + 1)`. The efficiency
/// `e = |x_t - x_{t-n}| / sum |x_i - x_{i-1}|` over the last n changes is 1 for a straight line and
/// near 0 for noise (Kaufman 1995, "Smarter Trading"). It counts as 1 where nothing moved, as in
/// TA-Lib. The first value comes with input `period` (0-based) and starts from the input before.
public struct KAMA: Sendable {
  /// The average itself, as the weights lead it.
  private struct Average: FadingMemory {
    var value: Double

    @discardableResult @inline(__always)
    mutating func advance(_ x: Double, weight: Double) -> Double {
      value += weight * (x - value)
      return value
    }

    func isSame(as other: Average) -> Bool { value.bitPattern == other.value.bitPattern }
  }

  private var path: RollingSum
  private var oldest: Delay
  private let fastWeight: Double
  private let slowWeight: Double
  private var previous: Double?
  private var average: Average?

  /// - Precondition: `1 <= fast < slow`; TA-Lib fixes them at 2 and 30.
  public init(period: Int, fast: Int = 2, slow: Int = 30) {
    precondition(fast >= 1 && fast < slow, "the fast average has the shorter period")
    path = RollingSum(period: period)
    oldest = Delay(steps: period)
    fastWeight = 2 / Double(fast + 1)
    slowWeight = 2 / Double(slow + 1)
  }

  /// Takes in the next value. Returns the average, or nil in the warm-up.
  public mutating func update(_ x: Double) -> Double? {
    let oldest = oldest.update(x)
    defer { previous = x }
    guard let previous else { return nil }
    guard let path = path.update((x - previous).magnitude), let oldest else { return nil }
    var average = average ?? Average(value: previous)
    defer { self.average = average }
    return average.advance(x, weight: weight(change: x - oldest, path: path))
  }

  @inline(__always)
  private func weight(change: Double, path: Double) -> Double {
    // NaN, where nothing moved, is not below 1.
    let ratio = change.magnitude / path
    let efficiency = ratio < 1 ? ratio : 1
    let c = efficiency * (fastWeight - slowWeight) + slowWeight
    return c * c
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(
    _ values: [Double], period: Int, fast: Int = 2, slow: Int = 30
  ) -> [Double] {
    let x = values.span
    let rule = KAMA(period: period, fast: fast, slow: slow)
    return writtenColumn(values.count) { out in
      out.fillWarmUp(period)
      guard out.count > period else { return }
      rule.writeWeights(x, period, to: out)
      var average = Average(value: x[period - 1])
      // Prices that wander are followed about as an average over half of the slow period follows them.
      // What a row is taken in from again is rare.
      var weights: [Double]?
      average.advance(
        over: period..<out.count, memory: slow / 2 + 1, isSmall: true,
        preparingAgain: { row in
          let again = weights ?? writtenColumn(out.count) { rule.writeWeights(x, period, to: $0) }
          weights = again
          out[row] = again[row]
        },
        { $0.advance(x[unchecked: $1], weight: out[$1]) },
        write: { average, row in out[row] = average.value })
    }
  }

  /// Writes the weights from the first row that has one on.
  @inline(__always)
  private func writeWeights(_ x: Span<Double>, _ period: Int, to out: Output) {
    RollingSum.each(
      period, rows: 1..<out.count, of: { (x[unchecked: $0] - x[unchecked: $0 &- 1]).magnitude },
      { row, path in out[row] = path })
    for row in period..<out.count {
      let change = x[unchecked: row] - x[unchecked: row &- period]
      out[row] = weight(change: change, path: out[row])
    }
  }
}
