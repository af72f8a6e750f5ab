import Kernels
import Market
import Signals
import Testing

/// What a combiner may read at a moment: the freshest signal that is known, and not too old.
@Suite struct CombinerFreshnessTests {
  private let noon = Timestamp(year: 2020, month: 1, day: 1, hour: 12)

  private func combiner(
    _ timeframes: [Timeframe], calendar: TradingCalendar = .continuous
  ) -> Combiner {
    Combiner(
      timeframes: timeframes.map { (timeframe: $0, weight: 1) }, primary: timeframes[0],
      regimeWeights: [], regimeSize: [1], decisionEvery: timeframes[0].milliseconds,
      cost: 0, combine: CombineSettings(), entry: EntrySettings(), calendar: calendar)
  }

  private func hours(_ count: Int64) -> Timestamp { noon + count * Timeframe.h1.milliseconds }

  @Test func `a signal is read from the instant at which it is known, not before and not later`() {
    var combiner = combiner([.h4])
    combiner.receive(
      [.example(knownAt: noon, mu: 1), .example(knownAt: hours(4), mu: 2)], of: .h4)
    func mu(_ now: Timestamp) -> Double? { combiner.signal(at: now).parts[0].signal?.mu }
    #expect(mu(noon - 1) == nil)
    #expect(mu(noon) == 1)
    #expect(mu(noon + 1) == 1)
    #expect(mu(hours(3)) == 1)
    #expect(mu(hours(4) - 1) == 1)
    #expect(mu(hours(4)) == 2)
    #expect(mu(hours(5)) == 2)
  }

  /// A Monday, at midnight: on the grid of every timeframe.
  private let monday = Timestamp(year: 2020, month: 1, day: 6)

  @Test(arguments: [Timeframe.h1, .h4, .d1, .w1])
  func `a signal is void once two of its own bars have passed`(timeframe: Timeframe) {
    var combiner = combiner([timeframe])
    combiner.receive([.example(knownAt: monday, mu: 1)], of: timeframe)
    let bar = timeframe.milliseconds
    func mu(_ now: Timestamp) -> Double? { combiner.signal(at: now).parts[0].signal?.mu }
    #expect(mu(monday + bar) == 1)
    #expect(mu(monday + (2 * bar - 1)) == 1)
    let void = combiner.signal(at: monday + 2 * bar)
    #expect(void.parts[0].signal == nil && void.netAlpha == 0)
    // A void signal does not come back, and a new one counts at once.
    for bars in Int64(3)...40 {
      #expect(combiner.signal(at: monday + bars * bar).parts[0].signal == nil)
    }
    combiner.receive([.example(knownAt: monday + 10 * bar, mu: 3)], of: timeframe)
    #expect(mu(monday + 10 * bar) == 3)
  }

  /// Whether a signal of the bar that opened at `open` is read at `now`.
  private func isRead(
    _ timeframe: Timeframe, _ calendar: TradingCalendar, bar open: Timestamp, at now: Timestamp
  ) -> Bool {
    var combiner = combiner([timeframe], calendar: calendar)
    combiner.receive([.example(knownAt: open + timeframe.milliseconds)], of: timeframe)
    return combiner.signal(at: now).parts[0].signal != nil
  }

  /// In January 2020: the 3rd was a Friday.
  private func january(_ day: Int, _ hour: Int = 0) -> Timestamp {
    Timestamp(year: 2020, month: 1, day: day, hour: hour)
  }

  @Test(arguments: [TradingCalendar.weekdays, .sessions])
  func `a weekend makes Friday's day no older`(calendar: TradingCalendar) {
    let friday = january(3)
    for hour in 1...24 {
      #expect(isRead(.d1, calendar, bar: friday, at: january(6, hour - 1)))
      #expect(isRead(.d1, calendar, bar: friday, at: january(7, hour - 1)))
    }
    // Monday's bar and Tuesday's have closed without a word.
    #expect(!isRead(.d1, calendar, bar: friday, at: january(8)))
    #expect(!isRead(.d1, calendar, bar: friday, at: january(20)))
    // Around the clock it is over on Monday.
    #expect(!isRead(.d1, .continuous, bar: friday, at: january(6)))
  }

  @Test func `the last hour of a week or a session stands for the first of the next`() {
    let lastHour = january(3, 23)
    #expect(isRead(.h1, .weekdays, bar: lastHour, at: january(6, 1)))
    #expect(!isRead(.h1, .weekdays, bar: lastHour, at: january(6, 2)))
    #expect(isRead(.h4, .sessions, bar: january(2, 16), at: january(3, 15)))
  }

  @Test func `an evening makes the last hour of a session no older`() {
    // Nobody knows at which hour the session has ended.
    for hour in 14...23 {
      #expect(isRead(.h1, .sessions, bar: january(2, 13), at: january(2, hour)))
    }
    #expect(isRead(.h1, .sessions, bar: january(2, 13), at: january(3, 7)))
    // A session later it is old: the next day's bars had their time.
    #expect(!isRead(.h1, .sessions, bar: january(2, 13), at: january(9, 13)))
  }

  @Test func `each timeframe is as fresh as its own bars`() {
    var combiner = combiner([.h1, .h4])
    combiner.receive([.example(knownAt: noon, mu: 1)], of: .h1)
    combiner.receive([.example(knownAt: noon, mu: 3)], of: .h4)
    #expect(combiner.signal(at: hours(1)).netAlpha == 2 * 8760)
    #expect(combiner.signal(at: hours(2)).netAlpha == 1.5 * 8760)
    #expect(combiner.signal(at: hours(8)).netAlpha == 0)
  }

  @Test func `signals that lie ahead change nothing: a batch is a stream`() {
    var random = CounterRandom(seed: 5, path: ["stream"])
    var fine: [NodeSignal] = []
    var slow: [NodeSignal] = []
    for hour in 0..<400 where random.uniform() < 0.8 {
      fine.append(.example(knownAt: hours(Int64(hour)), mu: random.normal()))
      if hour % 4 == 0 { slow.append(.example(knownAt: hours(Int64(hour)), mu: random.normal())) }
    }
    var batch = combiner([.h1, .h4])
    batch.receive(fine, of: .h1)
    batch.receive(slow, of: .h4)
    var stream = combiner([.h1, .h4])
    for hour in 0..<405 {
      let now = hours(Int64(hour))
      stream.receive(fine.filter { $0.knownAt == now }, of: .h1)
      stream.receive(slow.filter { $0.knownAt == now }, of: .h4)
      #expect(stream.signal(at: now) == batch.signal(at: now))
    }
  }
}
