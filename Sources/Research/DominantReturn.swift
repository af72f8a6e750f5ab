public import Market
import Statistics

/// The one return of a curve that makes more than half of the variance of all.
///
/// A Sharpe ratio, and what its interval says, then stand on that step; and a bad print, or a split that
/// prices are not adjusted for, is likelier than a market.
public struct DominantReturn: Sendable, Equatable {
  /// The close at which its step ended.
  public var time: Timestamp
  /// 0.05 is five percent up.
  public var change: Double
  /// Of the squared deviations from the mean: above .5, at most 1.
  public var share: Double
}

extension RunCurve {
  /// Among the returns that the Sharpe ratio is of; nil where none makes so much, or they are too few to
  /// judge.
  public var dominantReturn: DominantReturn? {
    guard let returns = excessReturns, returns.count >= StationaryBootstrap.fewestReturns else {
      return nil
    }
    let moments = Moments(returns)
    // Without spread no return has a part of it.
    guard moments.meanOverDeviation != nil else { return nil }
    let total = moments.second * Double(moments.count)
    func share(_ value: Double) -> Double {
      (value - moments.mean) * (value - moments.mean) / total
    }
    guard let place = returns.firstIndex(where: { share($0) > 0.5 }) else { return nil }
    return DominantReturn(
      time: times[place + 1], change: equity[place + 1] / equity[place] - 1,
      share: share(returns[place]))
  }
}

extension BacktestReport {
  /// `one day (2019-03-02, +9900 %) makes 99 % of the variance`.
  public func text(of found: DominantReturn) -> String {
    let percent = found.change * 100
    let isLarge = abs(percent) >= 100
    let rounded = isLarge ? percent.rounded() : (percent * 10).rounded() / 10
    // Beyond 1e15 Swift writes an exponent, and an Int soon has no room.
    let number = isLarge && abs(rounded) < 1e15 ? Int(rounded).description : rounded.description
    // A close at midnight ends the day before. The share is rounded down, for none is all.
    return "one \(stepName) (\((found.time - 1).date), \(percent > 0 ? "+" : "")\(number) %) makes "
      + "\(Int(found.share * 100)) % of the variance"
  }

  /// What to warn of where one return makes most of a curve's variance, in words; a line a step.
  var dominantReturnNotes: [String] {
    var steps: [(found: DominantReturn, names: [String])] = []
    for (place, curve) in ([portfolio] + baselines).enumerated() {
      guard let found = curve.dominantReturn else { continue }
      let name = place == 0 ? "the portfolio" : curve.name
      if let same = steps.firstIndex(where: { $0.found.time == found.time }) {
        steps[same].names.append(name)
      } else {
        steps.append((found, [name]))
      }
    }
    return steps.map { step in
      let others = step.names.count - 1
      let more =
        others == 0
        ? "" : ", and most of that of \(others) other curve\(others == 1 ? "" : "s")"
      return "\(text(of: step.found)) of the returns of \(step.names[0])\(more): look at its bars "
        + "with `data check`"
    }
  }
}
