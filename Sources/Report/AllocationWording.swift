import Allocation
import Kernels
import Market
import Research

/// What an allocation comes to, in the words of every report.
enum AllocationWording {
  /// Symbols of one side that are named; the others are counted.
  private static let named = 5

  /// `Buy BTC, EOS; sell XRP; hold LTC: 52 % invested.`
  static func headline(_ report: AllocationReport, _ format: NumberFormat) -> String {
    func part(_ verb: String, _ belongs: (AllocationReport.Row) -> Bool) -> String? {
      let symbols = report.rows.filter(belongs).map(\.symbol.name)
      guard !symbols.isEmpty else { return nil }
      let rest = symbols.count - named
      return "\(verb) \(symbols.prefix(named).joined(separator: ", "))"
        + (rest > 0 ? " and \(format.count(rest)) more" : "")
    }
    let trades = [
      part("buy") { $0.tradeQuantity > 0 }, part("sell") { $0.tradeQuantity < 0 },
    ].compactMap(\.self)
    let invested = "\(format.percent(report.decision.gross, 0)) invested"
    guard !trades.isEmpty else {
      return "Nothing to trade: what is held is what to hold, \(invested)."
    }
    let held = part("hold") { $0.tradeQuantity == 0 && $0.heldQuantity != 0 }
    let words = (trades + [held].compactMap(\.self)).joined(separator: "; ")
    return sentence("\(words): \(invested)")
  }

  /// Words with a capital and a full stop.
  static func sentence(_ words: String) -> String {
    "\(words.prefix(1).uppercased())\(words.dropFirst())."
  }

  /// `costs of these trades about 75.12 USD (0.08 % of equity)`; nil where nothing is traded, or nothing
  /// known of costs.
  static func costs(_ report: AllocationReport, _ format: NumberFormat) -> String? {
    guard let cost = report.expectedCost, report.rows.contains(where: { $0.tradeQuantity != 0 })
    else { return nil }
    return "costs of these trades about \(format.fixed(cost, 2)) \(report.currency) "
      + "(\(format.percent(cost / report.equity, 2)) of equity)"
  }

  /// Why everything is in cash; nil where it is not.
  static func allCash(_ decision: AllocationDecision) -> String? {
    switch decision.allCash {
    case .noEligibleSymbol: "all cash: no symbol may be held"
    case .noActivePosition: "all cash: no position is open"
    case .noExpectedReturn: "all cash: no expected return is worth its risk"
    case nil: nil
    }
  }

  /// What the decision before is, where models have learned from bars after it; nil where they have not.
  static func hindsight(_ report: AllocationReport) -> String? {
    guard let previous = report.previous, let seen = report.trainedTo, seen > previous.asOf else {
      return nil
    }
    return "then: as today's models see it, which have learned from bars up to \(seen)"
  }

  /// `Correlations that size, shrunk to their mean by 62 %`.
  static func correlations(_ report: AllocationReport, _ format: NumberFormat) -> String {
    // Of two symbols the mean is their correlation.
    guard report.shrinkage > 0, report.sampleCorrelation != report.correlation else {
      return "Correlations that size"
    }
    let percent = format.percent(report.shrinkage, 0)
    return "Correlations that size, "
      + (report.shrinksToMean
        ? "shrunk to their mean by \(percent)" : "of a covariance shrunk by \(percent)")
  }
}

extension AllocationReport.Row {
  /// Why the weight is what it is, in words. Where no entry rule has opened a position, what kept it.
  var why: [String] {
    line.reasons.map { reason in
      guard reason == .notEntered, let refusal else { return reason.description }
      return "\(reason): \(refusal)"
    }
  }
}
