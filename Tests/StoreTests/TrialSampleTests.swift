import GRDB
import Market
import Store
import Testing

@Suite struct TrialSampleTests {
  let folder = try! TestFolder()

  /// Days of 2020.
  private func sample(_ symbols: [Symbol], _ days: ClosedRange<Int>, settings: String? = nil)
    -> TrialSample
  {
    func day(_ number: Int) -> Timestamp {
      Timestamp(year: 2020, month: 1, day: 1) + Int64(number) * Timestamp.millisecondsPerDay
    }
    return TrialSample(
      symbols: symbols, first: day(days.lowerBound), last: day(days.upperBound), step: .d1,
      settings: settings)
  }

  private func record(
    _ key: String, of portfolio: String, _ sample: TrialSample, ratio: Double = 0.1,
    in database: BarDatabase
  ) throws {
    try database.recordTrial(
      StoredTrial(
        portfolio: portfolio, key: key, kind: "backtest", objective: ratio,
        specJSON: try sample.specJSON))
  }

  @Test func `runs share bars where a symbol and some time are in both`() {
    let own = sample(["ETH", "BTC"], 10...20)
    #expect(own.symbols == ["BTC", "ETH"])
    for other in [
      own, sample(["BTC"], 10...20), sample(["XRP", "ETH"], 19...40), sample(["BTC"], 0...100),
      sample(["BTC"], 12...13),
    ] {
      #expect(own.sharesBars(with: other) && other.sharesBars(with: own))
    }
    // Returns up to a close and returns from it on have none in common.
    for other in [
      sample(["XRP"], 10...20), sample([], 10...20), sample(["BTC"], 20...30),
      sample(["BTC"], 0...10), sample(["BTC"], 30...40),
    ] {
      #expect(!own.sharesBars(with: other) && !other.sharesBars(with: own))
    }
  }

  @Test func `ratios are compared over the same dates and steps, whatever was traded`() {
    let own = sample(["BTC"], 10...20)
    #expect(own.hasSteps(of: sample(["ETH", "XRP"], 10...20)))
    #expect(!own.hasSteps(of: sample(["BTC"], 10...21)))
    #expect(!own.hasSteps(of: sample(["BTC"], 9...20)))
    #expect(
      !own.hasSteps(of: TrialSample(symbols: ["BTC"], first: own.first, last: own.last, step: .w1)))
  }

  @Test func `a sample comes back as it was written`() throws {
    let written = TrialSample(
      symbols: ["^GSPC", "BTC/USDT", "\"é\""], first: Timestamp(milliseconds: 1_577_836_800_123),
      last: Timestamp(year: 2021, month: 2, day: 3, hour: 4), step: .w1, settings: "3f0a")
    let spec = try written.specJSON
    func trial(_ spec: String) -> StoredTrial {
      StoredTrial(portfolio: "p", key: "k", kind: "backtest", objective: nil, specJSON: spec)
    }
    #expect(try trial(spec).sample == written)
    #expect(
      try sample(["A"], 0...1).specJSON == #"{"first":"2020-01-01T00:00Z","#
        + #""last":"2020-01-02T00:00Z","step":"1d","symbols":["A"]}"#)
    for unknown in ["{}", #"{"hidden":16}"#] {
      #expect(try trial(unknown).sample == nil, "\(unknown)")
    }
  }

  @Test(arguments: [
    "", "{", "[]", "3", #"{"first":"a","last":"b","step":"1d"}"#, #"{"symbols":["BTC"]}"#,
    #"{"first":"2020-01-01T00:00Z","last":"2020-04-10T00:00Z"}"#,
    #"{"first":"2020-01-01T00:00Z","last":"2020-04-10T00:00Z","step":"1d","symbols":"BTC"}"#,
  ])
  func `a damaged spec is an error, whosever trial it is, until the run is repeated`(
    spec: String
  ) throws {
    let database = try folder.database()
    let window = sample(["BTC"], 0...100)
    try record("1", of: "a", window, in: database)
    try folder.sql { try $0.execute(sql: "UPDATE trial SET spec = ?", arguments: [spec]) }
    for portfolio in ["a", "b"] {
      let damage = StoreError.damagedTrial(path: database.path, portfolio: "a", key: "1")
      #expect(throws: damage) { try database.trials(portfolio: portfolio, sharing: window) }
      #expect(
        "\(damage)".hasPrefix("\(database.path): what trial 1 of a was measured on is damaged"))
    }
    try record("1", of: "a", window, in: database)
    #expect(try database.trials(portfolio: "b", sharing: window).map(\.key) == ["1"])
  }

  @Test func `trials over the same bars count under any portfolio's name`() throws {
    let database = try folder.database()
    let window = sample(["BTC", "ETH"], 0...100)
    for key in ["1", "2", "3"] { try record(key, of: "a", window, in: database) }
    try record("4", of: "c", sample(["ETH", "XRP"], 50...150), in: database)
    try record("5", of: "c", sample(["XRP"], 0...100), in: database)
    try record("6", of: "c", sample(["BTC"], 100...200), in: database)
    func keys(_ portfolio: String) throws -> [String] {
      try database.trials(portfolio: portfolio, sharing: window).map(\.key)
    }
    #expect(try keys("b") == ["1", "2", "3", "4"])
    // The same run under another name is one trial.
    try record("2", of: "b", window, in: database)
    #expect(try keys("b") == ["1", "2", "3", "4"])
    #expect(try keys("a") == ["1", "2", "3", "4"])
    // A portfolio's own count wherever they looked.
    #expect(try keys("c") == ["1", "2", "3", "4", "5", "6"])
  }

  @Test func `the same settings over newer bars are one trial, of which the newest ratio counts`()
    throws
  {
    let database = try folder.database()
    for day in 100...103 {
      try record(
        "a\(day)", of: "a", sample(["BTC"], 0...day, settings: "one"), ratio: Double(day),
        in: database)
    }
    // Other settings, other symbols, and what does not say its settings.
    try record("b", of: "a", sample(["BTC"], 0...103, settings: "two"), in: database)
    try record("c", of: "a", sample(["BTC", "ETH"], 0...103, settings: "one"), in: database)
    for day in 100...101 { try record("d\(day)", of: "a", sample(["BTC"], 0...day), in: database) }
    let window = sample(["BTC"], 0...103, settings: "one")
    func trials(_ portfolio: String) throws -> [StoredTrial] {
      try database.trials(portfolio: portfolio, sharing: window)
    }
    let own = try trials("a")
    #expect(own.map(\.key) == ["a103", "b", "c", "d100", "d101"])
    #expect(own[0].objective == 103)
    let same = try own.map { try $0.sample?.isSameAttempt(as: window) }
    #expect(same == [true, false, false, false, false])
    #expect(try trials("other name").map(\.key) == ["a103", "b", "c", "d100", "d101"])
    // Windows that move with the end are no other choice, either.
    try record("a104", of: "a", sample(["BTC"], 40...104, settings: "one"), in: database)
    #expect(try trials("a").map(\.key) == ["b", "c", "d100", "d101", "a104"])
    #expect(try folder.count("trial") == 9)
  }

  @Test func `trials that do not say their symbols count for their portfolio`() throws {
    let database = try folder.database()
    let window = sample(["BTC"], 0...100)
    // As earlier versions wrote them down.
    let old = [
      ("1", "{}"),
      ("2", #"{"first":"2020-01-01T00:00Z","last":"2020-04-10T00:00Z","step":"1d"}"#),
    ]
    for (key, spec) in old {
      try database.recordTrial(
        StoredTrial(portfolio: "a", key: key, kind: "backtest", objective: 0.1, specJSON: spec))
    }
    func trials(_ portfolio: String) throws -> [StoredTrial] {
      try database.trials(portfolio: portfolio, sharing: window)
    }
    #expect(try trials("a").map(\.key) == ["1", "2"])
    #expect(try trials("b").isEmpty)
    #expect(try trials("a").map { try $0.sample?.hasSteps(of: window) } == [nil, true])
    // Repeated, the second says its symbols, and counts for all from then on.
    try record("2", of: "a", window, in: database)
    #expect(try trials("a").map(\.key) == ["1", "2"])
    #expect(try trials("b").map(\.key) == ["2"])
    #expect(try folder.count("trial") == 2)
    // What does not say it takes nothing back.
    try database.recordTrial(
      StoredTrial(portfolio: "b", key: "2", kind: "backtest", objective: 0.1, specJSON: "{}"))
    #expect(try trials("c").map(\.key) == ["2"])
  }
}
