import SignalGraph
import Trading

extension Targets {
  /// What a portfolio's decision orders; nil where it says nothing and no order stands in the market.
  /// - Parameters:
  ///   - decision: nil where nothing was due.
  ///   - brackets: the protective orders from the next open on; nil without exits within the bar.
  ///   - count: the symbols of the book.
  public init?(_ decision: PortfolioDecision?, brackets: [Bracket?]?, symbols count: Int) {
    guard decision != nil || brackets != nil else { return nil }
    self.init(
      weights: decision?.targets ?? Array(repeating: nil, count: count),
      reasons: decision?.reasons ?? Array(repeating: "", count: count), brackets: brackets)
  }
}
