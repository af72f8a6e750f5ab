import Market
import SignalGraph
import Signals

extension MarketHistory {
  /// What to warn of where an exit by levels can never fire, for want of volume: all three read it.
  public func silentExits(of portfolio: Portfolio) -> [String] {
    symbols.filter { symbol in
      guard !portfolio.exit(for: symbol).breaks.isOff else { return false }
      return !series(NodeKey(symbol, portfolio.primary)).volumes.contains { $0 > 0 }
    }.map { symbol in
      "'exit.breakdown', 'exit.macd_breakdown' and 'exit.rejection' never close \(symbol): its bars have no "
        + "volume"
    }
  }
}
