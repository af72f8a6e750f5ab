/// The EMA of a series, the EMA of that, and the EMA of that one, each seeded with the simple mean of
/// its first `period` inputs; in the unit of the input.
struct ThreefoldEMA: Sendable {
  private(set) var first: EMA
  private(set) var second: EMA
  private(set) var third: EMA

  init(period: Int) {
    first = EMA(period: period)
    second = EMA(period: period)
    third = EMA(period: period)
  }

  /// Takes in the next value. Returns the third average, or nil for the first `3(period - 1)`.
  mutating func update(_ value: Double) -> Double? {
    guard let one = first.update(value), let two = second.update(one) else { return nil }
    return third.update(two)
  }

  /// Takes in the next value when all are warm. Returns the third average.
  @discardableResult @inline(__always)
  mutating func advance(_ value: Double) -> Double {
    third.advance(second.advance(first.advance(value)))
  }
}

extension ThreefoldEMA: FadingMemory {
  func isSame(as other: ThreefoldEMA) -> Bool {
    first.isSame(as: other.first) && second.isSame(as: other.second)
      && third.isSame(as: other.third)
  }
}
