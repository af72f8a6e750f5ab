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
}
