public import Market
public import Signals

/// The actor of one (symbol, timeframe): it owns the node's state and lets one caller at a time
/// advance it. Messages carry chunks of bars, so that the hop costs nothing beside the work.
public actor TimeframeNode {
  private var state: NodeState

  public init(_ state: NodeState) {
    self.state = state
  }

  /// Takes in the next bars and returns their signals.
  public func advance(_ bars: [Bar]) -> [NodeSignal] {
    state.advance(bars)
  }
}
