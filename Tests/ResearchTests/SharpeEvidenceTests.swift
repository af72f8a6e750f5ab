import Research
import Statistics
import Testing

/// How far trials are taken to differ, on which the deflated Sharpe ratio stands.
@Suite struct SharpeEvidenceTests {
  private let returns = (0..<250).map { (day: Int) -> Double in
    0.01 * Double(day * 7 % 11 - 5) + 0.001 * Double(day % 3)
  }

  private func own() throws -> Double {
    try #require(try SharpeSignificance(returns: returns)).sharpe
  }

  private func evidence(_ others: [Double?]) throws -> SharpeEvidence {
    try #require(try SharpeEvidence(returns: returns, others: others, stepsPerYear: 365))
  }

  private func deflated(_ others: [Double?]) throws -> Double {
    try #require(try evidence(others).deflated)
  }

  @Test func `a run repeated never raises the deflated ratio`() throws {
    let own = try own()
    let (above, below) = (own + 1e-4, own - 1e-4)
    let families: [[Double?]] = [
      [nil], [own], [0.01], [0.01, -0.02], [0.01, -0.02, 0.05], [0.01, -0.02, 0.05, 0.1, -0.1],
      [nil, 0.01, -0.02], [nil, nil, 0.01, -0.02], [nil, nil, nil, 0.01, -0.02],
      [nil, nil, above, below],
    ]
    for family in families {
      var others = family
      for copy in family.compactMap({ $0 }) + [own, own, own] {
        let before = try deflated(others)
        others.append(copy)
        #expect(try deflated(others) < before, "\(family), \(others.count)")
      }
    }
  }

  @Test func `a near copy does not stand for all that were tried on other dates`() throws {
    let near = try own() + 1e-4
    let elsewhere: [Double?] = Array(repeating: nil, count: 40)
    let evidence = try evidence(elsewhere + [near])
    #expect(evidence.trials == 42 && evidence.comparedTrials == 0 && evidence.isSpreadAssumed)
    #expect(try #require(evidence.expectedBest) > evidence.standardError)
  }

  @Test func `many trials that differ tell how far, however close they lie`() throws {
    let test = try #require(try SharpeSignificance(returns: returns))
    let many = (0..<60).map { test.sharpe + test.standardError * (Double($0) / 30 - 1) }
    let evidence = try evidence(many)
    #expect(evidence.comparedTrials >= 10 && !evidence.isSpreadAssumed)
    // Fewer than those without a ratio do not stand for them.
    let unknown: [Double?] = Array(repeating: nil, count: evidence.comparedTrials + 1)
    #expect(try self.evidence(many + unknown).isSpreadAssumed)
  }

  @Test func `near copies, however many, never raise the deflated ratio`() throws {
    let own = try own()
    for family in [[], [nil], [0.01, -0.02], [0.01, -0.02, 0.05, 0.1, -0.1], [own + 0.2]]
      as [[Double?]]
    {
      let most = Set(family.compactMap { $0 }).count
      var others = family
      var last = try evidence(family).deflated ?? 1
      for k in 1...6 {
        // A standard error is .06: these are a hundredth of it, and less, apart.
        for near in [own + 1e-4 * Double(k), own - 1e-4 * Double(k)] {
          others.append(near)
          let with = try evidence(others)
          let deflated = try #require(with.deflated)
          #expect(deflated < last, "\(family), \(k)")
          #expect(with.comparedTrials <= most && with.trials == others.count + 1)
          last = deflated
        }
      }
    }
  }

  @Test func `ratios more than a tenth of the standard error apart are attempts of their own`()
    throws
  {
    let test = try #require(try SharpeSignificance(returns: returns))
    for (part, compared) in [(0.04, 0), (0.11, 2)] {
      let step = part * test.standardError
      let evidence = try evidence([test.sharpe - step, test.sharpe + step])
      #expect(evidence.comparedTrials == compared && evidence.isSpreadAssumed == (compared == 0))
    }
  }

  @Test func `equal runs have a deflated ratio, and so have those over other dates`() throws {
    let own = try own()
    let independent = SharpeSignificance.expectedMaximum(trials: 3, deviationOfTrials: 1)
    for others in [[own, own], [nil, nil], [nil, own]] as [[Double?]] {
      let evidence = try evidence(others)
      #expect(evidence.comparedTrials == 0 && evidence.isSpreadAssumed)
      let best = try #require(evidence.expectedBest)
      #expect(abs(best - independent * evidence.standardError) < 1e-12)
      #expect(try #require(evidence.deflated) < evidence.probability)
    }
  }

  @Test func `ratios enough tell how far trials differ, each counted once`() throws {
    let own = try own()
    let three = try evidence([0.01, -0.02, 0.05, 0.05, 0.01, own])
    #expect(three.comparedTrials == 3 && !three.isSpreadAssumed && three.trials == 7)
    let deviation = try #require(Moments([0.01, -0.02, 0.05, own]).standardDeviation)
    let test = try #require(try SharpeSignificance(returns: returns))
    #expect(three.deflated == test.deflated(trials: 7, deviationOfTrials: deviation))
    // Too few of them never make the bar lower than what they show.
    let wide = try evidence([0.2, -0.2, nil, nil, nil])
    #expect(wide.isSpreadAssumed)
    let shown = try #require(Moments([0.2, -0.2, own]).standardDeviation)
    #expect(wide.deflated == test.deflated(trials: 6, deviationOfTrials: shown))
  }

  @Test func `a record is long enough where the 95 percent interval leaves 0 out`() throws {
    let moments = Moments(returns)
    let deviation = try #require(moments.standardDeviation)
    // Between 1.645 and 1.96 one side of 95 % is passed, and the interval holds 0.
    for z in [1.5, 1.7, 1.8, 1.9, 2.1, 2.4] {
      let mean = z * deviation / Double(returns.count).squareRoot()
      let moved = returns.map { $0 - moments.mean + mean }
      let evidence = try #require(try SharpeEvidence(returns: moved, others: [], stepsPerYear: 365))
      let isLongEnough = try #require(evidence.stepsNeeded) < Double(evidence.steps)
      #expect(isLongEnough == (evidence.probability > 0.975), "\(z)")
      #expect(isLongEnough == (z > 2), "\(z)")
    }
  }

  @Test func `the only trial was not chosen`() throws {
    let alone = try evidence([])
    #expect(alone.deflated == nil && alone.expectedBest == nil && !alone.isSpreadAssumed)
  }
}
