import Market
import Store
import Testing

@Suite struct RunsTests {
  let folder = try! TestFolder()
  private let start = Timestamp(year: 2020, month: 1, day: 1)

  private func record(
    _ database: BarDatabase, key: String, kind: String = "backtest", hash: String = "h",
    at hours: Int64 = 0, weights: [(Symbol, Double)] = [("BTC", 0.25), ("ETH", 0.5)],
    portfolio: String = "p", summary: String = #"{"sharpe":1.5}"#
  ) throws -> Bool {
    let time = start + hours * 3_600_000
    return try database.recordRun(
      key: key, kind: kind, portfolio: portfolio, started: start, ended: time, runHash: hash,
      summaryJSON: summary,
      equity: [(start, 1000), (start + 3_600_000, 1001.5)],
      fills: [
        .init(
          time: time, symbol: "BTC", quantity: -2, price: 10, fee: 0.1, slippage: 0.2,
          reason: "stop"),
        .init(
          time: time, symbol: "BTC", quantity: 2, price: 10, fee: 0.1, slippage: 0.2,
          reason: "entry"),
      ],
      allocations: weights.map {
        .init(time: time, symbol: $0.0, weight: $0.1, json: "{}")
      })
  }

  @Test func `a run comes back as it was recorded`() throws {
    let database = try folder.database()
    #expect(try record(database, key: "k1"))
    let run = try #require(try database.run(key: "k1"))
    #expect(run.kind == "backtest" && run.portfolio == "p" && run.runHash == "h")
    #expect(run.started == start && run.ended == start)
    #expect(run.summaryJSON == #"{"sharpe":1.5}"#)
    #expect(run.equity.map(\.equity) == [1000, 1001.5])
    #expect(run.fills.map(\.reason) == ["stop", "entry"])
    #expect(run.fills[0].quantity == -2 && run.fills[0].slippage == 0.2)
    #expect(run.allocations.map(\.symbol) == ["BTC", "ETH"])
    #expect(try database.run(key: "other") == nil)
  }

  @Test func `repeating a run adds no row and no trial`() throws {
    let database = try folder.database()
    let tables = ["run", "trial", "equity", "fill", "allocation"]
    #expect(try record(database, key: "k1"))
    let before = try tables.map(folder.count)
    #expect(before == [1, 1, 2, 2, 2])
    for _ in 0..<3 { #expect(try !record(database, key: "k1")) }
    #expect(try tables.map(folder.count) == before)
    #expect(try trials(of: "p", in: database).count == 1)
  }

  @Test func `a run that an earlier version stored without a summary gets one`() throws {
    let database = try folder.database()
    #expect(try record(database, key: "k1", summary: "{}"))
    #expect(try !record(database, key: "k1"))
    #expect(try database.run(key: "k1")?.summaryJSON == #"{"sharpe":1.5}"#)
  }

  @Test func `the same inputs with another result are an error`() throws {
    let database = try folder.database()
    #expect(try record(database, key: "k1", hash: "aa"))
    #expect(throws: StoreError.runDiffers(key: "k1", stored: "aa", found: "bb")) {
      try record(database, key: "k1", hash: "bb")
    }
    #expect(try database.run(key: "k1")?.runHash == "aa")
  }

  @Test func `backtests count as trials of their portfolio, allocations do not`() throws {
    let database = try folder.database()
    _ = try record(database, key: "k1")
    _ = try record(database, key: "k2")
    _ = try record(database, key: "k3", kind: "allocate")
    _ = try record(database, key: "k4", portfolio: "q")
    #expect(try trials(of: "p", in: database).map(\.key) == ["k1", "k2"])
    #expect(try trials(of: "q", in: database).map(\.key) == ["k4"])
    #expect(try trials(of: "none", in: database).isEmpty)
    let trial = StoredTrial(
      portfolio: "p", key: "t1", kind: "search", objective: -0.5, specJSON: #"{"hidden":16}"#)
    #expect(try database.recordTrial(trial))
    #expect(try !database.recordTrial(trial))
    #expect(try trials(of: "p", in: database).count == 3)
    #expect(try trials(of: "p", in: database).last == trial)
  }

  private func trials(of portfolio: String, in database: BarDatabase) throws -> [StoredTrial] {
    let sample = TrialSample(symbols: ["BTC"], first: start, last: start + 1000, step: .h1)
    return try database.trials(portfolio: portfolio, sharing: sample)
  }

  @Test func `of allocations at one time the one recorded or repeated last counts`() throws {
    let database = try folder.database()
    func latest() throws -> [Symbol]? {
      try database.latestAllocation(portfolio: "p")?.weights.map(\.symbol)
    }
    _ = try record(database, key: "k1", kind: "allocate", at: 9, weights: [("BTC", 1)])
    _ = try record(database, key: "k2", kind: "allocate", at: 9, weights: [("ETH", 1)])
    #expect(try latest() == ["ETH"])
    _ = try record(database, key: "k1", kind: "allocate", at: 9, weights: [("BTC", 1)])
    #expect(try latest() == ["BTC"])
  }

  @Test func `the latest allocation is the last one of a real allocation`() throws {
    let database = try folder.database()
    #expect(try database.latestAllocation(portfolio: "p") == nil)
    _ = try record(database, key: "b", kind: "backtest", at: 50, weights: [("XRP", 1)])
    _ = try record(database, key: "a1", kind: "allocate", at: 10, weights: [("LTC", 0.5)])
    _ = try record(
      database, key: "a2", kind: "allocate", at: 20, weights: [("ETH", 0.75), ("BTC", 0.25)])
    let latest = try #require(try database.latestAllocation(portfolio: "p"))
    #expect(latest.time == start + 20 * 3_600_000)
    #expect(latest.weights.map(\.symbol) == ["BTC", "ETH"])
    #expect(latest.weights.map(\.weight) == [0.25, 0.75])
    #expect(Set(latest.details.keys) == ["BTC", "ETH"])
    let earlier = try database.latestAllocation(portfolio: "p", before: latest.time)
    #expect(earlier?.weights.map(\.symbol) == ["LTC"])
    #expect(try database.latestAllocation(portfolio: "p", before: start) == nil)
  }

  @Test func `allocations are told apart by their summary, and can be handed over`() throws {
    let database = try folder.database()
    let own = #"{"sharpe":1.5}"#
    _ = try record(database, key: "a1", kind: "allocate", weights: [("LTC", 0.5)])
    #expect(try database.latestAllocation(portfolio: "p", summaryJSON: "{}") == nil)
    #expect(try database.latestAllocation(portfolio: "p", summaryJSON: own)?.summaryJSON == own)
    // Neither other summaries nor other kinds are touched.
    _ = try record(database, key: "b1")
    try database.handOver(
      kind: "allocate", of: "p", summaryJSON: "{}", to: "q", summaryJSON: "other")
    #expect(try database.latestAllocation(portfolio: "p", summaryJSON: own) != nil)
    try database.handOver(
      kind: "allocate", of: "p", summaryJSON: own, to: "q", summaryJSON: "other")
    #expect(try database.latestAllocation(portfolio: "p") == nil)
    let handed = try database.latestAllocation(portfolio: "q", summaryJSON: "other")
    #expect(handed?.weights.map(\.symbol) == ["LTC"])
    #expect(try database.run(key: "b1")?.portfolio == "p")
  }

  @Test func `a run that cannot be stored wholly is not stored`() throws {
    let database = try folder.database()
    #expect(throws: StoreError.self) {
      try database.recordRun(
        key: "k", kind: "backtest", portfolio: "p", started: start, ended: start, runHash: "h",
        summaryJSON: "{}", equity: [(start, 1), (start, 2)])
    }
    #expect(try ["run", "trial", "equity"].map(folder.count) == [0, 0, 0])
  }

  @Test func `models are indexed once and listed in order`() throws {
    let database = try folder.database()
    func model(_ symbol: Symbol, _ timeframe: Timeframe, _ id: String, _ path: String = "x")
      -> StoredModel
    {
      StoredModel(
        symbol: symbol, timeframe: timeframe, id: id, path: path, trainingStart: start,
        trainingEnd: start + 1000, summaryJSON: "{}")
    }
    try database.indexModel(model("ETH", .d1, "a"))
    try database.indexModel(model("BTC", .d1, "a"))
    try database.indexModel(model("BTC", .h1, "b"))
    try database.indexModel(model("BTC", .h1, "a"))
    try database.indexModel(model("BTC", .h1, "a", "y"))
    #expect(
      try database.models().map { "\($0.symbol) \($0.timeframe) \($0.id) \($0.path)" }
        == ["BTC 1h a y", "BTC 1h b x", "BTC 1d a x", "ETH 1d a x"])
    #expect(try database.models(symbol: "BTC", timeframe: .h1).count == 2)
    #expect(try database.models(timeframe: .d1).map(\.symbol) == ["BTC", "ETH"])
  }
}
