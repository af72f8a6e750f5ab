import Kernels

/// How steadily equity grew: r² of its logarithm on time, 1 for constant growth; nil below three values,
/// where equity stands still and where it is not above 0.
///
/// The first value is the capital before the first step and takes no part (empyrical's
/// `stability_of_timeseries`).
public func growthStability(equity: [Double]) -> Double? {
  guard equity.count > 2, equity.allSatisfy({ $0 > 0 }) else { return nil }
  let logarithms = equity.dropFirst().map { Elementary.log($0) }
  return LeastSquaresLine(x: logarithms.indices.map(Double.init), y: logarithms)?.r2
}
