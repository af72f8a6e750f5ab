/// The number of leading entries that are known at `now`, given when each becomes known.
///
/// **The one place where knowledge is decided**: `knownAt <= now`. Bars, signals of slower
/// timeframes, models and skill records are all joined through it.
/// - Precondition: `knownAt` does not decrease.
@inlinable
public func countKnown(_ count: Int, at now: Timestamp, knownAt: (Int) -> Timestamp) -> Int {
  var low = 0
  var high = count
  while low < high {
    let middle = (low + high) / 2
    if knownAt(middle) <= now { low = middle + 1 } else { high = middle }
  }
  return low
}
