import Trading

extension Ledger {
  /// What an account has paid and earned besides prices, in currency.
  struct Sums {
    private var fees = 0.0
    private var slippage = 0.0
    private var spread = 0.0
    private var impact = 0.0
    private var writeOffs = 0.0
    var borrow = 0.0
    var funding = 0.0
    var interest = 0.0

    mutating func add(_ fill: Fill) {
      fees += fill.fee
      slippage += fill.slippage
      spread += fill.spread
      impact += fill.impact
      writeOffs += fill.writeOff
    }

    /// Each sum by its name, beside what the account says of it.
    func beside(_ account: AccountRecord) -> [(name: String, booked: Double, own: Double)] {
      [
        ("fees", account.fees, fees), ("slippage", account.slippage, slippage),
        ("spread", account.spread, spread), ("impact", account.impact, impact),
        ("write-offs", account.writeOffs, writeOffs), ("borrow", account.borrow, borrow),
        ("funding", account.funding, funding), ("interest", account.interest, interest),
      ]
    }
  }
}
