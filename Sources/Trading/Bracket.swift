/// Protective orders that stand in the market beside a position while a bar trades: stops, of which the
/// nearest counts, and a target. Nil switches one off.
public struct Bracket: Sendable, Equatable, Codable {
  /// What closed a position within a bar. The names are those of the exit rules.
  public enum Trigger: String, Sendable, CaseIterable, Codable {
    case target
    case stop
    case trailing = "trailing stop"
    case atrStop = "ATR stop"
    case sigmaStop = "sigma stop"
    case atrTrailing = "ATR trailing stop"
  }

  /// Gain over the fill price, as a fraction.
  public var target: Double?
  /// Loss below the fill price, as a fraction.
  public var stop: Double?
  /// Fall from the best close before this bar (the fill price to begin with), as a fraction.
  public var trailing: Double?
  /// Loss below the fill price, in currency a unit.
  public var atrStop: Double?
  /// Loss below the fill price, as a fraction.
  public var sigmaStop: Double?
  /// A price, whatever was paid.
  public var atrTrailing: Double?

  public init() {}

  /// 100 less 7 % is a hair less than 93, which a low of 93 must touch all the same.
  private static let hair = 1e-12

  /// What happens to a position within one bar.
  ///
  /// The open comes first: beyond a stop or the target it is the price. Then, if both levels lie in the
  /// bar, the stop comes before the target, since the bar does not say which was reached first. A level
  /// that is touched counts.
  /// - Parameters:
  ///   - entry: average fill price.
  ///   - best: best close before this bar, the fill price to begin with.
  /// - Returns: the trigger and the price before costs; nil when the position stands.
  public func exit(
    isLong: Bool, entry: Double, best: Double, open: Double, high: Double, low: Double
  ) -> (trigger: Trigger, price: Double)? {
    // Prices of a short position are turned over, so that larger is better on either side.
    let sign: Double = isLong ? 1 : -1
    let (first, worst, finest) = (
      sign * open, sign * (isLong ? low : high), sign * (isLong ? high : low)
    )
    let hair = entry * Bracket.hair
    var level = -Double.infinity
    var trigger = Trigger.stop
    func raise(_ kind: Trigger, to price: Double) {
      guard price > level else { return }
      (level, trigger) = (price, kind)
    }
    if let stop { raise(.stop, to: sign * entry - stop * entry) }
    if let trailing { raise(.trailing, to: sign * best - trailing * best) }
    if let atrStop { raise(.atrStop, to: sign * entry - atrStop) }
    if let sigmaStop { raise(.sigmaStop, to: sign * entry - sigmaStop * entry) }
    if let atrTrailing { raise(.atrTrailing, to: sign * atrTrailing) }
    if first <= level + hair { return (trigger, open) }
    let profit = target.map { sign * entry + $0 * entry } ?? .infinity
    if first >= profit - hair { return (.target, open) }
    if worst <= level + hair { return (trigger, sign * level) }
    if finest >= profit - hair { return (.target, sign * profit) }
    return nil
  }
}
