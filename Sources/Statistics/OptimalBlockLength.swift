import Kernels

/// The mean block length of a stationary bootstrap that fits a series' memory.
///
/// Politis and White 2004, "Automatic block-length selection for the dependent bootstrap", with the
/// correction of Patton, Politis and White 2009; details as in arch 8.0.
///
/// - Returns: the length in bars, at least 1 and at most `min(3√n, n/3)` rounded up; 1 for a series
///   that is too short (below 10 values) or does not vary.
/// - Throws: `StatisticsError.notFinite`.
public func optimalBlockLength(_ values: [Double]) throws(StatisticsError) -> Double {
  try requireFinite(values)
  let n = values.count
  guard n >= 10 else { return 1 }
  let moments = Moments(values)
  guard moments.meanOverDeviation != nil else { return 1 }
  let deviations = values.map { $0 - moments.mean }
  let size = Double(n)
  let longest = min(3 * size.squareRoot(), size / 3)
  let bMax = Double(ceiling(longest))
  let log10n = Elementary.log(size) / 2.302_585_092_994_045_684
  let run = max(5, Int(log10n))
  let maxLag = ceiling(size.squareRoot()) + run

  // Correlations are of the overlapping parts, each with its own sum of squares.
  var covariances: [Double] = []
  var correlations: [Double] = []
  for lag in 0...min(maxLag, n - 2) {
    var (sum, early, late) = (0.0, 0.0, 0.0)
    for t in lag..<n {
      sum += deviations[t] * deviations[t - lag]
      if lag > 0 {
        early += deviations[t - lag] * deviations[t - lag]
        late += deviations[t] * deviations[t]
      }
    }
    covariances.append(sum / size)
    if lag > 0 { correlations.append(abs(sum) / (early * late).squareRoot()) }
  }
  let limit = 2 * (log10n / size).squareRoot()
  var bandwidth = bandwidthLag(correlations, limit: limit, run: run)
  bandwidth = min(max(1, bandwidth), covariances.count - 1)

  // The flat-top kernel: 1 up to half the bandwidth, then down to 0.
  var slope = 0.0
  var spectrum = covariances[0]
  for lag in 1..<(bandwidth + 1) {
    let position = Double(lag) / Double(bandwidth)
    let weight = position <= 0.5 ? 1 : 2 * (1 - position)
    slope += 2 * weight * Double(lag) * covariances[lag]
    spectrum += 2 * weight * covariances[lag]
  }
  let denominator = 2 * spectrum * spectrum
  guard denominator > 0 else { return 1 }
  let length = Elementary.pow(2 * slope * slope / denominator * size, 1.0 / 3)
  return min(max(1, length), bMax)
}

/// Twice the first lag of `run` correlations in a row below the limit; twice the last lag above it
/// when there is no such run. The first entry is lag 1.
///
/// The paper counts from the lag before such a run; arch and the authors' program from its first.
private func bandwidthLag(_ correlations: [Double], limit: Double, run: Int) -> Int {
  var below = 0
  for (index, value) in correlations.enumerated() {
    below = value < limit ? below + 1 : 0
    if below == run { return 2 * (index + 2 - run) }
  }
  let last = correlations.lastIndex { $0 > limit }
  return 2 * ((last ?? -1) + 1)
}

private func ceiling(_ x: Double) -> Int {
  let whole = Int(x)
  return Double(whole) < x ? whole + 1 : whole
}
