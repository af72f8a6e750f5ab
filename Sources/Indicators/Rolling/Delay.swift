/// Gives each input back `steps` inputs later. O(1) an input; nil for the first `steps`.
struct Delay: Sendable {
  /// The last `steps` inputs; the oldest stands at `position`.
  private var values: [Double]
  private var position = 0
  private var isWarm = false

  init(steps: Int) {
    precondition(steps >= 1, "a delay is at least one input long")
    values = Array(repeating: 0, count: steps)
  }

  mutating func update(_ value: Double) -> Double? {
    let oldest = isWarm ? values[position] : nil
    values[position] = value
    position += 1
    if position == values.count {
      position = 0
      isWarm = true
    }
    return oldest
  }

  /// What `pair` makes of each input and the one `steps` before it; NaN for the first `steps`.
  @inline(__always)
  static func column(
    _ values: [Double], steps: Int, _ pair: (_ old: Double, _ new: Double) -> Double
  ) -> [Double] {
    precondition(steps >= 1, "a delay is at least one input long")
    let x = values.span
    return writtenColumn(values.count) { out in
      out.fillWarmUp(steps)
      for row in min(steps, out.count)..<out.count {
        out[row] = pair(x[unchecked: row &- steps], x[unchecked: row])
      }
    }
  }
}
