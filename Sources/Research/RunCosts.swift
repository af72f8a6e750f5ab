public import Trading

/// What a run paid for trading and holding, by kind, in currency.
public struct RunCosts: Sendable, Equatable {
  public var commission: Double
  public var slippage: Double
  public var spread: Double
  public var impact: Double
  /// Lost on symbols that are traded no more.
  public var writeOffs: Double
  /// Fees on short positions.
  public var borrow: Double
  /// Below 0 where more was received than paid.
  public var funding: Double
  /// Received on cash, below 0 if paid; no cost.
  public var interest: Double

  public init(_ book: Book) {
    commission = book.fees
    slippage = book.slippage
    spread = book.spread
    impact = book.impact
    writeOffs = book.writeOffs
    borrow = book.borrow
    funding = book.funding
    interest = book.interest
  }

  /// All but the interest.
  public var total: Double {
    commission + slippage + spread + impact + writeOffs + borrow + funding
  }

  /// Commission and slippage, and what else is not 0.
  public var parts: [(name: String, amount: Double)] {
    let all = [
      ("commission", commission), ("slippage", slippage), ("half spread", spread),
      ("market impact", impact), ("write-offs", writeOffs), ("borrowing", borrow),
      ("funding", funding),
    ]
    return all.prefix(2) + all.dropFirst(2).filter { $0.1 != 0 }
  }
}
