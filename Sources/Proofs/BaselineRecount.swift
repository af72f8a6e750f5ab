import Allocation
import Engine
import Kernels
import Market
import Research
import SignalGraph
import Trading

/// Promise 7: the baselines are run again by a plain second program, at the portfolio's own costs and without
/// its credit.
public enum BaselineRecount {
  /// Returns that a symbol must have before a baseline that sizes by risk holds it.
  private static let minimumObservations = 20

  public static func proofs(_ subject: Subject) -> [Proof] {
    var risk = Proof(
      .honestResults, "volatilities and correlations by plain sums over all daily returns",
      subject: "every week", compared: "volatilities, correlations")
    let weeks = weeks(subject)
    let estimates = estimates(subject, at: weeks, &risk)
    var capital = subject.portfolio.capital
    capital.leverage = 1
    return [risk]
      + subject.outcome.baselines.flatMap { baseline, run in
        let account = AccountRecord(run)
        let books = Ledger.proof(
          account, subject: baseline.rawValue, grid: subject.outcome.grid,
          firstStep: subject.outcome.steps.lowerBound, costs: subject.portfolio.costs,
          capital: capital, mayBorrow: subject.portfolio.costs.funding > 0,
          promise: .honestResults)
        var dates = Proof(
          .honestResults, "the baseline's dates", subject: baseline.rawValue, compared: "dates")
        dates.expect(
          run.times == subject.outcome.run.times && run.startCapital == capital.cash,
          "it runs over other dates or with another capital than the portfolio")
        return [books, dates, plain(baseline, account, subject, capital, Set(weeks), estimates)]
      }
  }

  /// The first close of every week of the run.
  private static func weeks(_ subject: Subject) -> [Timestamp] {
    var last: Timestamp?
    return subject.outcome.steps.map(subject.outcome.grid.knownAt).filter { now in
      let monday = Timeframe.w1.slot(containing: now)
      defer { last = monday }
      return monday != last
    }
  }

  /// What plain sums say of risk at each week, compared with what the program's own estimator says.
  ///
  /// Correlations of symbols that began at different times can form a matrix that no returns have. The
  /// program repairs it; the baseline's weights then follow from the repaired one.
  private static func estimates(_ subject: Subject, at weeks: [Timestamp], _ proof: inout Proof)
    -> [Timestamp: PlainRisk.Estimate]
  {
    let timeframe = subject.portfolio.riskTimeframe
    let plain = PlainRisk(subject.history, timeframe)
    var estimates: [Timestamp: PlainRisk.Estimate] = [:]
    var repaired = 0
    do {
      var own = try RiskHistory(grid: subject.history.grid(timeframe))
      for now in weeks {
        let theirs = try own.estimate(at: now, minimumObservations: minimumObservations)
        var mine = plain.estimate(at: now, least: minimumObservations)
        proof.expect(mine.symbols == theirs.symbols, "\(now): other symbols are measured")
        guard mine.symbols == theirs.symbols else { continue }
        compare(mine, theirs, now, &proof)
        if theirs.isRepaired {
          repaired += 1
          mine.correlation = mine.symbols.indices.map { row in
            mine.symbols.indices.map { theirs.correlation[row, $0] }
          }
        }
        estimates[now] = mine
      }
    } catch {
      proof.fail("risk cannot be estimated again: \(error)")
    }
    if repaired > 0 {
      proof.notes.append(
        "at \(repaired) of \(weeks.count) weeks the correlations were made positive semidefinite")
    }
    return estimates
  }

  private static func compare(
    _ mine: PlainRisk.Estimate, _ theirs: CovarianceEstimate, _ now: Timestamp,
    _ proof: inout Proof
  ) {
    for row in mine.symbols.indices {
      let (a, b) = (mine.volatilities[row], theirs.volatilities[row])
      proof.expect(
        abs(a - b) <= 1e-9 * a,
        "\(now): the volatility of \(mine.symbols[row]) is \(b), by plain sums \(a)")
      for column in 0..<row where !theirs.isRepaired {
        let (a, b) = (mine.correlation[row][column], theirs.correlation[row, column])
        proof.expect(
          abs(a - b) <= 1e-9,
          "\(now): \(mine.symbols[column]) and \(mine.symbols[row]) correlate at \(b), by plain "
            + "sums at \(a)")
      }
    }
  }

  private static func plain(
    _ baseline: Baseline, _ account: AccountRecord, _ subject: Subject,
    _ capital: CapitalSettings, _ weeks: Set<Timestamp>,
    _ estimates: [Timestamp: PlainRisk.Estimate]
  ) -> Proof {
    let weights = BaselineWeights(subject: subject, estimates: estimates)
    var hasBought = false
    return Books.plainReplay(
      account, subject, capital: capital, promise: .honestResults,
      name: "run again by a plain second program", subject: baseline.rawValue
    ) { plain, now in
      switch baseline {
      case .buyAndHold:
        guard !hasBought, !weights.traded(now).isEmpty else { return nil }
        hasBought = true
        return weights.equal(plain, now)
      case .equalWeight:
        return weeks.contains(now) ? weights.equal(plain, now) : nil
      case .inverseVolatility:
        return weights.byRisk(plain, now) { estimate in
          let sum = estimate.volatilities.reduce(0) { $0 + 1 / $1 }
          return estimate.volatilities.map { 1 / $0 / sum }
        }
      case .hierarchicalRiskParity:
        return weights.byRisk(plain, now) {
          PlainLinkage.riskParity($0.volatilities, $0.correlation)
        }
      case .equalRiskContribution:
        return weights.byRisk(plain, now) {
          PlainRiskBudget.equal($0.volatilities, $0.correlation)
        }
      case .cash:
        return nil
      }
    }
  }
}

/// What a baseline wants to hold at a close, one weight a symbol.
private struct BaselineWeights {
  let subject: Subject
  let estimates: [Timestamp: PlainRisk.Estimate]

  /// The symbols that had a bar in the last two weeks.
  func traded(_ now: Timestamp) -> [Int] {
    subject.outcome.grid.series.indices.filter { symbol in
      let series = subject.outcome.grid.series[symbol]
      let known = series.countKnown(at: now)
      return known > 0 && now - series.knownAt(known - 1) <= 14 * Timestamp.millisecondsPerDay
    }
  }

  func equal(_ plain: PlainAccount, _ now: Timestamp) -> [Double?] {
    shared(plain, now) { _ in 1 / Double(traded(now).count) }
  }

  /// Nil where no risk was estimated of what is traded.
  func byRisk(
    _ plain: PlainAccount, _ now: Timestamp, _ weights: (PlainRisk.Estimate) -> [Double]
  ) -> [Double?]? {
    let names = traded(now).map { subject.history.symbols[$0] }
    guard let estimate = estimates[now]?.part(names), !estimate.symbols.isEmpty else {
      return nil
    }
    let sized = weights(estimate)
    return shared(plain, now) { symbol in
      estimate.symbols.firstIndex(of: subject.history.symbols[symbol]).map { sized[$0] } ?? 0
    }
  }

  /// Shares of what does not stand in symbols that are traded no more; those are held as they are.
  private func shared(_ plain: PlainAccount, _ now: Timestamp, _ share: (Int) -> Double)
    -> [Double?]
  {
    let traded = traded(now)
    let equity = plain.equity
    let held = plain.units.indices.map { plain.units[$0] * plain.prices[$0] / equity }
    let stuck = held.indices.filter { !traded.contains($0) }.reduce(0.0) { $0 + held[$1] }
    return held.indices.map { symbol in
      traded.contains(symbol) ? max(0, 1 - stuck) * share(symbol) : held[symbol]
    }
  }
}
