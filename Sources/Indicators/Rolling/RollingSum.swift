/// The sum of the last `period` inputs, each 0 or more.
///
/// Nothing is ever subtracted (`BlockWindow`). So the sum is precise to `period` ulp whatever has left
/// the window, and 0 only if every input is. O(1) a bar on average; nil for the first `period - 1`
/// inputs.
struct RollingSum: Sendable {
  private struct Sum: WindowPart {
    var value = 0.0

    mutating func append(_ input: Double, anchor: Double, place: Double) { value += input }
    mutating func prepend(_ input: Double, anchor: Double, place: Double) { value += input }

    static func joined(_ older: Sum, _ newer: Sum, rest: Double) -> Sum {
      Sum(value: newer.value + older.value)
    }
  }

  private var window: BlockWindow<Sum>

  init(period: Int) {
    window = BlockWindow(period: period)
  }

  @inline(__always)
  mutating func update(_ value: Double) -> Double? { window.update(value)?.value }

  /// Calls `body` with each row, from the `period`th on, and the sum of the values up to it.
  @inline(__always)
  static func each(
    _ period: Int, rows: Range<Int>, of value: (Int) -> Double, _ body: (Int, Double) -> Void
  ) {
    BlockWindow<Sum>.each(rows, period: period, together: false, input: value) {
      row, _, window in
      body(row, window.value)
    }
  }
}
