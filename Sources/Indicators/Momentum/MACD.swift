/// Moving average convergence / divergence, in the unit of the price.
///
/// `line = EMA(fast) - EMA(slow)`, `signal = EMA of the line`, `histogram = line - signal`
/// (Appel 1979). As in TA-Lib both averages have their first value at input `slow - 1`: the fast
/// one is seeded with the `fast` inputs up to there, not with the very first ones. All three values
/// come together, from input `slow + signal - 2` on.
public struct MACD: Sendable {
  public struct Value: Sendable, Equatable {
    public var line: Double
    public var signal: Double
    public var histogram: Double
  }

  private var fast: EMA
  private var slow: EMA
  private var signal: EMA
  /// The inputs that the fast average still has to let pass, so that both are seeded together.
  private var skip: Int

  /// - Precondition: `fast < slow`.
  public init(fast: Int = 12, slow: Int = 26, signal: Int = 9) {
    precondition(fast < slow, "the fast average has the shorter period")
    self.fast = EMA(period: fast)
    self.slow = EMA(period: slow)
    self.signal = EMA(period: signal)
    skip = slow - fast
  }

  /// Takes in the next close. Returns the three values, or nil in the warm-up.
  public mutating func update(_ close: Double) -> Value? {
    let slowValue = slow.update(close)
    guard skip == 0 else {
      skip -= 1
      return nil
    }
    let fastValue = fast.update(close)
    guard let fastValue, let slowValue else { return nil }
    return signal.update(fastValue - slowValue) == nil ? nil : value
  }

  /// Takes in the next close when all three averages are warm.
  @inline(__always)
  private mutating func advance(_ close: Double) {
    signal.advance(fast.advance(close) - slow.advance(close))
  }

  private var value: Value {
    let line = fast.value - slow.value
    return Value(line: line, signal: signal.value, histogram: line - signal.value)
  }

  /// The three columns for a whole column of closes; NaN in the warm-up.
  public static func columns(
    _ closes: [Double], fast: Int = 12, slow: Int = 26, signal: Int = 9
  ) -> (line: [Double], signal: [Double], histogram: [Double]) {
    let close = closes.span
    return writtenColumns(closes.count) { lines, signals, histograms in
      @inline(__always)
      func write(_ value: Value, _ row: Int) {
        lines[row] = value.line
        signals[row] = value.signal
        histograms[row] = value.histogram
      }
      var indicator = MACD(fast: fast, slow: slow, signal: signal)
      var row = 0
      while row < closes.count, !indicator.signal.isWarm {
        let none = Value(line: .nan, signal: .nan, histogram: .nan)
        write(indicator.update(close[row]) ?? none, row)
        row += 1
      }
      let memory = max(indicator.slow.memory, indicator.signal.memory)
      indicator.advance(over: row..<closes.count, memory: memory) {
        $0.advance(close[unchecked: $1])
      } write: { indicator, row in
        write(indicator.value, row)
      }
    }
  }
}

extension MACD: FadingMemory {
  func isSame(as other: MACD) -> Bool {
    fast.isSame(as: other.fast) && slow.isSame(as: other.slow)
      && signal.isSame(as: other.signal)
  }
}
