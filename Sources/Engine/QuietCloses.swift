import Signals

/// Tells the closes at which no exit rule can fire, where all rules are about prices and time, so that
/// none needs to be asked.
///
/// It is the rules that decide: whatever comes within a billionth of a level is left to them.
struct QuietCloses: Sendable {
  /// As fractions, a billionth less than the rules have; infinite where there is none.
  private let stop: Double
  private let trailing: Double
  private let target: Double
  private let bars: Int

  /// - Returns: nil where another kind of rule must see every close.
  init?(_ settings: ExitSettings) {
    var rest = settings
    (rest.stop, rest.trailing, rest.trailingAfter, rest.target) = (nil, nil, nil, nil)
    rest.maxBars = nil
    guard rest.isOff else { return nil }
    switch settings.maxBars {
    case nil: bars = .max
    case .all(let limit): bars = limit
    case .byState: return nil
    }
    let margin = 1e-9
    stop = (settings.stop ?? .infinity) - margin
    // A trailing stop that does not count yet may be asked for nothing.
    trailing = (settings.trailing ?? .infinity) - margin
    target = (settings.target ?? .infinity) - margin
  }

  func isQuiet(isLong: Bool, entry: Double, best: Double, close: Double, bars held: Int) -> Bool {
    let sign: Double = isLong ? 1 : -1
    let gain = sign * (close - entry)
    return gain > -stop * entry && gain < target * entry && sign * (best - close) < trailing * best
      && held < bars
  }
}
