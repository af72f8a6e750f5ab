import Kernels

/// How many independent trials so many correlated ones amount to.
///
/// The exponential of the entropy of the eigenvalues of their correlation matrix, each over their
/// number: N for independent trials, 1 for N copies of one. An upper limit to what a deflated Sharpe
/// ratio may be relieved by; the count itself is the safe number.
///
/// - Parameter trials: returns of each trial over the same steps; those that do not vary are left out.
/// - Returns: nil without a trial that varies.
/// - Throws: `StatisticsError` for lengths that differ and values that are not finite.
public func effectiveTrials(_ trials: [[Double]]) throws(StatisticsError) -> Double? {
  for trial in trials {
    guard trial.count == trials[0].count else {
      throw .lengthsDiffer(trials[0].count, trial.count)
    }
    try requireFinite(trial)
  }
  let varying = trials.filter { $0.count > 1 && Moments($0).meanOverDeviation != nil }
  guard !varying.isEmpty else { return nil }
  var correlation = Matrix(rows: varying.count, columns: varying.count)
  for i in varying.indices {
    for j in 0...i {
      let value = i == j ? 1 : Correlation.pearson(varying[i], varying[j]) ?? 0
      correlation[i, j] = value
      correlation[j, i] = value
    }
  }
  var entropy = 0.0
  for value in symmetricEigen(correlation).values {
    let share = value / Double(varying.count)
    // Rounding leaves eigenvalues of 0 on either side of it.
    if share > 1e-15 { entropy -= share * Elementary.log(share) }
  }
  return Elementary.exp(entropy)
}
