/// The greatest of the last `period` inputs and how long ago it was; of equals the newest.
///
/// A queue of the inputs that are still the greatest since they came (Lemire 2006, "Streaming
/// maximum-minimum filter using no more than three comparisons per element"): values fall from its
/// first to its last, and each input enters and leaves it once. O(1) an input on average; nil for
/// the first `period - 1`. The least is the negative of the greatest of the negated inputs.
struct RollingMaximum: Sendable {
  struct Value {
    var value: Double
    /// 0 if the newest input is the greatest.
    var barsAgo: Int
  }

  private let period: Int
  /// A ring of `period` places with the input and its number.
  private var queue: [(value: Double, index: Int)]
  private var first = 0
  private var count = 0
  private var seen = 0

  init(period: Int) {
    precondition(period >= 1, "a rolling maximum needs a period of at least 1")
    self.period = period
    queue = Array(repeating: (0, 0), count: period)
  }

  mutating func update(_ value: Double) -> Value? {
    if count > 0, queue[first].index == seen - period {
      first = place(1)
      count -= 1
    }
    while count > 0, queue[place(count - 1)].value <= value { count -= 1 }
    queue[place(count)] = (value, seen)
    count += 1
    seen += 1
    guard seen >= period else { return nil }
    return Value(value: queue[first].value, barsAgo: seen - 1 - queue[first].index)
  }

  private func place(_ offset: Int) -> Int {
    let place = first + offset
    return place < period ? place : place - period
  }
}
