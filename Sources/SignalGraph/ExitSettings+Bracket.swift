public import Signals
public import Trading

extension ExitSettings {
  /// The protective orders that these settings put into the market, as far as they are fractions of
  /// the fill price or of the best close; nil where exits are checked at closes only.
  public var bracket: Bracket? {
    guard intrabar else { return nil }
    var bracket = Bracket()
    bracket.target = target
    bracket.stop = stop
    bracket.trailing = trailing
    return bracket
  }
}
