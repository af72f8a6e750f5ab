/// Simple moving average: the mean of the last `period` inputs, in the unit of the input.
///
/// Deviations are summed about an input that is inside the window (`BlockWindow`), so nothing drifts
/// and the level of the series costs no precision. O(1) a bar on average. Warm-up as in TA-Lib's SMA:
/// nil for the first `period - 1` inputs. A window of equal values has exactly that value as its
/// mean.
public struct SMA: Sendable {
  /// The sum of `value - anchor`.
  struct Deviations: WindowPart {
    var sum = 0.0

    mutating func append(_ value: Double, anchor: Double, place: Double) { sum += value - anchor }
    mutating func prepend(_ value: Double, anchor: Double, place: Double) { sum += value - anchor }

    static func joined(_ older: Deviations, _ newer: Deviations, rest: Double) -> Deviations {
      Deviations(sum: newer.sum + older.sum)
    }

    @inline(__always)
    func mean(_ anchor: Double, _ count: Double) -> Double { anchor + sum / count }
  }

  public let period: Int
  /// The period: a conversion at each input would wait for whatever its register held before.
  private let count: Double
  private var window: BlockWindow<Deviations>

  public init(period: Int) {
    self.period = period
    count = Double(period)
    window = BlockWindow(period: period)
  }

  /// Takes in the next value. Returns the mean of the last `period`, or nil in the warm-up.
  @inline(__always)
  public mutating func update(_ value: Double) -> Double? { update(value, in: ownSlots()) }

  /// See ``BlockWindow/ownSlots()``.
  @inline(__always)
  mutating func ownSlots() -> BlockWindow<Deviations>.Slots { window.ownSlots() }

  @inline(__always)
  mutating func update(_ value: Double, in slots: BlockWindow<Deviations>.Slots) -> Double? {
    window.update(value, in: slots)?.mean(slots[0].input, count)
  }

  /// The sum of `term` over the inputs of the window, in the order of their places in a block.
  @inline(__always)
  func sum(_ term: (Double) -> Double) -> Double { window.sum(term) }

  /// The averages of a whole column; NaN in the warm-up.
  public static func column(_ values: [Double], period: Int) -> [Double] {
    let x = values.span
    return writtenColumn(values.count) { out in
      out.fillWarmUp(period - 1)
      write(period, rows: 0..<out.count, of: { x[unchecked: $0] }, to: out)
    }
  }

  /// Writes the averages of the values of some rows, from the `period`th of them on.
  @inline(__always)
  static func write(
    _ period: Int, rows: Range<Int>, of value: (Int) -> Double, to out: Output
  ) {
    let count = Double(period)
    BlockWindow<Deviations>.each(rows, period: period, together: false, input: value) {
      row, anchor, window in
      out[row] = window.mean(anchor, count)
    }
  }
}
