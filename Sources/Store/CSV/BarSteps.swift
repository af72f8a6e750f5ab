import Market

/// The steps from each time of a file to the next one of the same series, counted by their length in
/// milliseconds. Times that repeat make no step.
struct BarSteps {
  private var counts: [Int64: Int] = [:]

  /// - Parameter series: the times of each series, in order.
  init(_ series: [[Int64]]) {
    for times in series {
      // Steps mostly repeat: count runs of equal ones, and look each run up once.
      var run: (step: Int64, count: Int) = (0, 0)
      for (a, b) in zip(times, times.dropFirst()) where b > a {
        if b - a != run.step {
          counts[run.step, default: 0] += run.count
          run = (b - a, 0)
        }
        run.count += 1
      }
      counts[run.step, default: 0] += run.count
    }
    counts[0] = nil
  }

  /// The most frequent one; of equally frequent ones the shortest.
  var mostFrequent: Int64? { BarSteps.mostFrequent(counts) }

  /// The most frequent of the steps shorter than a bar, where most steps are; nil where they are the
  /// exception, as beside a single row off the grid.
  func shorter(than timeframe: Timeframe) -> Int64? {
    let shorter = counts.filter { $0.key < timeframe.milliseconds }
    let (short, all) = (shorter.values.reduce(0, +), counts.values.reduce(0, +))
    return short * 2 > all ? BarSteps.mostFrequent(shorter) : nil
  }

  private static func mostFrequent(_ counts: [Int64: Int]) -> Int64? {
    counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
  }

  /// A step in words: `1h`, `420 s`.
  static func length(_ step: Int64) -> String {
    Timeframe(milliseconds: step)?.name ?? "\(step / 1000) s"
  }
}
