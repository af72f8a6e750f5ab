/// Triple exponential moving average, `3·E1 - 3·E2 + E3`, in the unit of the input.
///
/// E1 is the EMA, E2 the EMA of E1, E3 that of E2 (Mulloy 1994). Each is seeded with the simple
/// mean of its first `period` inputs, as in TA-Lib: nil for the first `3(period - 1)` inputs. A
/// constant series has exactly that constant as its average.
public struct TEMA: Sendable {
  private var averages: ThreefoldEMA

  public init(period: Int) {
    averages = ThreefoldEMA(period: period)
  }

  /// Takes in the next value. Returns the average, or nil in the warm-up.
  public mutating func update(_ value: Double) -> Double? {
    averages.update(value) == nil ? nil : self.value
  }

  private var value: Double {
    averages.third.value + 3 * (averages.first.value - averages.second.value)
  }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    let x = values.span
    return writtenColumn(values.count) { out in
      var average = TEMA(period: period)
      let warm = out.warmUp { average.update(x[$0]) }
      average.advance(over: warm..<out.count, memory: average.averages.first.memory) {
        $0.averages.advance(x[unchecked: $1])
      } write: { average, row in
        out[row] = average.value
      }
    }
  }
}

extension TEMA: FadingMemory {
  func isSame(as other: TEMA) -> Bool { averages.isSame(as: other.averages) }
}
