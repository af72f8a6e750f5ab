/// Double exponential moving average, `2·EMA - EMA of EMA`, in the unit of the input.
///
/// It lags less than the EMA of the same period (Mulloy 1994). Each EMA is seeded with the simple
/// mean of its first `period` inputs, as in TA-Lib: nil for the first `2(period - 1)` inputs. A
/// constant series has exactly that constant as its average.
public struct DEMA: Sendable {
  private var first: EMA
  private var second: EMA

  public init(period: Int) {
    first = EMA(period: period)
    second = EMA(period: period)
  }

  /// Takes in the next value. Returns the average, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    guard let one = first.update(value), second.update(one) != nil else { return nil }
    return self.value
  }

  private var value: Double { first.value + (first.value - second.value) }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    let x = values.span
    return writtenColumn(values.count) { out in
      var average = DEMA(period: period)
      let warm = out.warmUp { average.update(x[$0]) }
      average.advance(over: warm..<out.count, memory: average.first.memory) {
        $0.second.advance($0.first.advance(x[unchecked: $1]))
      } write: { average, row in
        out[row] = average.value
      }
    }
  }
}

extension DEMA: FadingMemory {
  func isSame(as other: DEMA) -> Bool {
    first.isSame(as: other.first) && second.isSame(as: other.second)
  }
}
