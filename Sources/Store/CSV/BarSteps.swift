import Market

/// The steps from each time of a series to the next one, counted by their length in milliseconds. Times that
/// repeat make no step.
struct BarSteps {
  private var counts: [Int64: Int] = [:]

  /// - Parameter times: in order.
  init(_ times: [Int64]) {
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
    counts[0] = nil
  }

  /// The steps of all series of a file.
  init(of series: [BarSteps]) {
    for one in series { counts.merge(one.counts, uniquingKeysWith: +) }
  }

  /// The most frequent one; of equally frequent ones the shortest.
  var mostFrequent: Int64? { BarSteps.mostFrequent(counts) }

  /// The most frequent of the steps shorter than a bar, where most steps are; nil where they are the
  /// exception, as beside a single row off the grid.
  /// - Parameter fewest: so many of them at least.
  func shorter(than timeframe: Timeframe, fewest: Int = 1) -> Int64? {
    let shorter = counts.filter { $0.key < timeframe.milliseconds }
    let (short, all) = (shorter.values.reduce(0, +), counts.values.reduce(0, +))
    return short >= fewest && short * 2 > all ? BarSteps.mostFrequent(shorter) : nil
  }

  /// The longer timeframe that most steps are of, and nearly all whole multiples of; nil where there is none,
  /// or too few steps to tell it from a market that seldom trades.
  func longer(than timeframe: Timeframe) -> Timeframe? {
    guard let step = mostFrequent, let longer = Timeframe(milliseconds: step), longer > timeframe
    else { return nil }
    let all = counts.values.reduce(0, +)
    let whole = counts.filter { $0.key % step == 0 }.values.reduce(0, +)
    return all >= 5 && whole * 10 >= all * 9 ? longer : nil
  }

  private static func mostFrequent(_ counts: [Int64: Int]) -> Int64? {
    counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
  }

  /// A step in words: `1h`, `420 s`.
  static func length(_ step: Int64) -> String {
    Timeframe(milliseconds: step)?.name ?? "\(step / 1000) s"
  }
}
