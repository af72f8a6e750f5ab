/// The highest of the last `period` highs and the lowest of as many lows, in O(1) a bar on average.
struct RollingRange: Sendable {
  /// The greatest high and the greatest negated low.
  struct Extremes: WindowPart {
    private var greatest = SIMD2<Double>(repeating: -.infinity)

    init() {}

    var highest: Double { greatest[0] }
    var lowest: Double { -greatest[1] }

    mutating func append(_ bar: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) { take(bar) }
    mutating func prepend(_ bar: SIMD2<Double>, anchor: SIMD2<Double>, place: Double) { take(bar) }

    static func joined(_ older: Extremes, _ newer: Extremes, rest: Double) -> Extremes {
      // Number by number: of a choice in a vector that is then taken apart the compiler makes branches,
      // which no processor foresees.
      var both = older
      both.greatest[0] = larger(older.greatest[0], newer.greatest[0])
      both.greatest[1] = larger(older.greatest[1], newer.greatest[1])
      return both
    }

    @inline(__always)
    private mutating func take(_ bar: SIMD2<Double>) {
      greatest.replace(with: bar, where: greatest .< bar)
    }
  }

  private var window: BlockWindow<Extremes>

  init(period: Int) {
    window = BlockWindow(period: period)
  }

  /// Takes in the next bar. Returns the extremes, or nil in the warm-up.
  @inline(__always)
  mutating func update(high: Double, low: Double) -> Extremes? {
    update(high: high, low: low, in: ownSlots())
  }

  /// See ``BlockWindow/ownSlots()``.
  @inline(__always)
  mutating func ownSlots() -> BlockWindow<Extremes>.Slots { window.ownSlots() }

  @inline(__always)
  mutating func update(
    high: Double, low: Double, in slots: BlockWindow<Extremes>.Slots
  ) -> Extremes? {
    window.update(SIMD2(high, -low), in: slots)
  }

  /// Calls `body` with each row, from the `period`th on, and the extremes up to it.
  @inline(__always)
  static func each(
    _ period: Int, rows: Range<Int>, high: (Int) -> Double, low: (Int) -> Double,
    _ body: (Int, Extremes) -> Void
  ) {
    BlockWindow<Extremes>.each(
      rows, period: period, input: { SIMD2(high($0), -low($0)) },
      finish: { row, _, window in body(row, window) })
  }
}
