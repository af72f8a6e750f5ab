public import Signals
public import Trading

extension ExitSettings {
  /// The protective orders that these settings put into the market, as far as they are fractions of
  /// the fill price or of the best close; nil where exits are checked at closes only.
  /// - Parameters:
  ///   - state: the state at entry, by which numbers may differ.
  ///   - bestGain: gain of the best close over the fill price so far, 0 before the first.
  public func bracket(enteredIn state: Int? = nil, bestGain: Double = 0) -> Bracket? {
    guard intrabar else { return nil }
    var bracket = Bracket()
    bracket.target = self[.target]?.at(state)
    bracket.stop = self[.stop]?.at(state)
    // Where no gain is waited for, the trail stands at a loss too: adding to a position can lift its price
    // above the best close.
    let after = self[.trailingAfter]?.at(state)
    if after.map({ bestGain >= $0 - OpenPosition.hair }) ?? true {
      bracket.trailing = self[.trailing]?.at(state)
    }
    return bracket
  }
}
