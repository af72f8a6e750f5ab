import Allocation
import Engine
import Market
import Research
import SignalGraph
import Trading

/// Promise 7: the baselines are run again by a plain second program, at the portfolio's own costs.
public enum BaselineRecount {
  public static func proofs(_ subject: Subject) -> [Proof] {
    subject.outcome.baselines.flatMap { baseline, run in
      let account = AccountRecord(run)
      var proofs = [
        Ledger.proof(
          account, subject: baseline.rawValue, grid: subject.outcome.grid,
          firstStep: subject.outcome.steps.lowerBound, costs: subject.portfolio.costs,
          capital: subject.portfolio.capital, mayBorrow: false, promise: .honestResults)
      ]
      var window = Proof(
        .honestResults, "the baseline's dates", subject: baseline.rawValue, compared: "dates")
      window.expect(
        run.times == subject.outcome.run.times
          && run.startCapital == subject.portfolio.capital.cash,
        "it runs over other dates or with another capital than the portfolio")
      proofs.append(window)
      if let plain = plain(baseline, account, subject) { proofs.append(plain) }
      return proofs
    }
  }

  /// The rules of the baselines that can be written down in a few lines; nil for the others, whose
  /// books are kept a second time all the same.
  private static func plain(_ baseline: Baseline, _ account: AccountRecord, _ subject: Subject)
    -> Proof?
  {
    var hasBought = false
    var week: Timestamp?
    let name = "run again by a plain second program"
    func equal(_ plain: PlainAccount) -> [Double?] {
      let priced = plain.units.indices.filter(plain.isPriced)
      return plain.units.indices.map { plain.isPriced($0) ? 1 / Double(priced.count) : nil }
    }
    switch baseline {
    case .buyAndHold:
      return Books.plainReplay(
        account, subject, promise: .honestResults, name: name, subject: baseline.rawValue
      ) { plain, _ in
        guard !hasBought, plain.units.indices.contains(where: plain.isPriced) else { return nil }
        hasBought = true
        return equal(plain)
      }
    case .equalWeight:
      return Books.plainReplay(
        account, subject, promise: .honestResults, name: name, subject: baseline.rawValue
      ) { plain, now in
        let monday = Timeframe.w1.slot(containing: now)
        guard monday != week else { return nil }
        week = monday
        return equal(plain)
      }
    default:
      return nil
    }
  }
}
