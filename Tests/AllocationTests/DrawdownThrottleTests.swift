import Allocation
import Kernels
import Market
import Testing

@Suite struct DrawdownThrottleTests {
  private static let day = Timestamp.millisecondsPerDay

  private func at(_ day: Int) -> Timestamp {
    Timestamp(milliseconds: Int64(day) * DrawdownThrottleTests.day)
  }

  /// Factors at the closes of days 0, 1, 2, ...
  private func factors(_ settings: ThrottleSettings, _ equities: [Double]) throws -> [Double] {
    var throttle = try #require(DrawdownThrottle(settings))
    return equities.enumerated().map { throttle.factor(at: at($0), equity: $1) }
  }

  private func settings(
    reduce: Double? = 0.1, floor: Double = 0.2, window: Int = 100, resumeAfter: Int? = nil
  ) -> ThrottleSettings {
    ThrottleSettings(
      reduce: reduce, halt: 0.3, floor: floor, window: Int64(window) * DrawdownThrottleTests.day,
      resumeAfter: resumeAfter.map { Int64($0) * DrawdownThrottleTests.day })
  }

  @Test func `it is off unless a halt is set`() {
    #expect(DrawdownThrottle(ThrottleSettings()) == nil)
    #expect(DrawdownThrottle(ThrottleSettings(halt: 0.4)) != nil)
  }

  @Test func `between the bounds the factor is linear, by hand`() throws {
    // High 200 from day 1 on: drawdowns 0, 10, 20, 25, 30, 50 and 5 %.
    let path = try factors(settings(), [160, 200, 180, 160, 150, 140, 100, 190])
    #expect(distance(path, [1, 1, 1, 0.6, 0.4, 0.2, 0.2, 1]) < 1e-14)
    let step = try factors(settings(reduce: nil), [100, 71, 70, 71])
    #expect(step == [1, 1, 0.2, 1])
  }

  @Test func `a halt lasts its time, and until the drawdown is smaller`() throws {
    // Halted on day 1 for three days: 95 on day 2 and 3 does not count yet.
    let short = try factors(settings(resumeAfter: 3), [100, 70, 95, 95, 95, 80, 80])
    #expect(distance(short, [1, 0.2, 0.2, 0.2, 1, 0.6, 0.6]) < 1e-14)
    // Still beyond the bound when the time is over: the halt goes on, and ends with the drawdown.
    let long = try factors(settings(resumeAfter: 2), [100, 70, 65, 60, 69, 80, 65, 90, 90])
    #expect(distance(long, [1, 0.2, 0.2, 0.2, 0.2, 0.6, 0.2, 0.2, 1]) < 1e-14)
  }

  @Test func `a high is forgotten when it leaves the window, so that cash heals a drawdown`()
    throws
  {
    // All cash at 60 from day 1 on; the high of day 0 is within four days' window until day 4.
    let path = try factors(
      settings(floor: 0, window: 4), [100, 60, 60, 60, 60, 60, 60])
    #expect(path == [1, 0, 0, 0, 0, 1, 1])
    // A lower high inside the window counts next: 80 of day 2, 25 % above 60.
    let next = try factors(settings(window: 4), [100, 90, 80, 60, 60, 60, 60, 60])
    #expect(distance(next, [1, 1, 0.6, 0.2, 0.2, 0.2, 0.4, 1]) < 1e-14)
  }

  @Test func `an account that has lost everything is halted`() throws {
    #expect(try factors(settings(), [100, 0, -5, 100]) == [1, 0.2, 0.2, 1])
  }

  @Test func `thousands of closes agree with the definition read word by word`() throws {
    var (full, partial, halted) = (0, 0, 0)
    for seed in 0..<40 {
      var random = CounterRandom(seed: UInt64(seed), path: ["throttle"])
      let window = 1 + random.below(60)
      let resume = random.below(20)
      let reduce = 0.05 + 0.1 * random.uniform()
      let halt = reduce + 0.02 + 0.1 * random.uniform()
      let floor = random.below(3) == 0 ? 0 : random.uniform()
      var throttle = try #require(
        DrawdownThrottle(
          ThrottleSettings(
            reduce: reduce, halt: halt, floor: floor,
            window: Int64(window) * DrawdownThrottleTests.day,
            resumeAfter: Int64(resume) * DrawdownThrottleTests.day)))
      var equities: [(day: Int, equity: Double)] = []
      var (day, equity) = (0, 100.0)
      var since: Int?
      for _ in 0..<2000 {
        day += 1 + random.below(2)
        equity *= Elementary.exp(0.03 * random.normal())
        equities.append((day, equity))
        let high = equities.filter { day - $0.day <= window }.map(\.equity).max() ?? 0
        let drawdown = 1 - equity / high
        if let start = since, drawdown < halt, day - start >= resume { since = nil }
        if since == nil, drawdown >= halt { since = day }
        let linear = 1 - (1 - floor) * (drawdown - reduce) / (halt - reduce)
        let expected = since != nil ? floor : drawdown <= reduce ? 1 : linear
        let factor = throttle.factor(at: at(day), equity: equity)
        #expect(abs(factor - expected) < 1e-12)
        #expect(factor >= floor && factor <= 1)
        if since != nil { halted += 1 } else if factor == 1 { full += 1 } else { partial += 1 }
      }
    }
    #expect(full > 10_000 && partial > 5000 && halted > 5000)
  }

  @Test(arguments: [
    ThrottleSettings(halt: 0), ThrottleSettings(halt: 1.1), ThrottleSettings(halt: .nan),
    ThrottleSettings(reduce: 0.1), ThrottleSettings(reduce: 0.3, halt: 0.3),
    ThrottleSettings(reduce: -0.1, halt: 0.3), ThrottleSettings(halt: 0.3, floor: 1.1),
    ThrottleSettings(halt: 0.3, floor: .nan), ThrottleSettings(halt: 0.3, window: 0),
    ThrottleSettings(halt: 0.3, resumeAfter: -1),
  ])
  func `a bound that makes no sense is refused`(throttle: ThrottleSettings) {
    #expect(throws: AllocationError.self) {
      try Allocator(limits: LimitSettings(throttle: throttle))
    }
  }
}
