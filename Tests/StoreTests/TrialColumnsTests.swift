import GRDB
import Market
import Store
import Testing

/// Columns that grow, and columns that are tried.
@Suite struct TrialColumnsTests {
  private let folder = try! TestFolder()

  /// One letter a day of 2020.
  private func day(_ number: Int) -> Timestamp {
    Timestamp(year: 2020, month: 1, day: 1) + Int64(number) * Timestamp.millisecondsPerDay
  }

  /// Counts a trial that reads a column to its end, or to an earlier day.
  /// - Returns: the origin that it was given.
  @discardableResult
  private func count(
    _ column: String, until end: Int? = nil, settings: String = "one", in database: BarDatabase
  ) throws -> String {
    let end = end ?? column.count
    let columns = try database.trialColumns(until: day(end)) { now in
      String(column.prefix(Int((now - day(0)) / Timestamp.millisecondsPerDay)))
    }
    #expect(columns.digest == String(column.prefix(end)))
    let sample = TrialSample(
      symbols: ["BTC"], first: day(0), last: day(end), step: .d1,
      settings: "\(settings) \(columns.origin)", columns: columns)
    try database.recordTrial(
      StoredTrial(
        portfolio: "p", key: "\(settings) \(column) \(end)", kind: "rules", objective: 0.1,
        specJSON: try sample.specJSON))
    return columns.origin
  }

  private func trials(_ database: BarDatabase) throws -> Int {
    try database.trials(
      portfolio: "p",
      sharing: TrialSample(symbols: ["BTC"], first: day(0), last: day(9), step: .d1)
    ).count
  }

  @Test func `a column that only grows is one attempt, one whose past changes is another`() throws {
    let database = try folder.database()
    #expect(try count("ab", in: database) == "ab")
    #expect(try count("abc", in: database) == "ab")
    #expect(try count("abcdef", in: database) == "ab")
    #expect(try trials(database) == 1)
    // What was tried and known by then is other: the last day alone is enough.
    #expect(try count("abcdeF", in: database) == "abcdeF")
    #expect(try count("Abcdef", in: database) == "Abcdef")
    #expect(try trials(database) == 3)
    // Each of them goes on by itself.
    #expect(try count("abcdeFg", in: database) == "abcdeF")
    #expect(try count("abcdefg", in: database) == "ab")
    #expect(try trials(database) == 3)
  }

  @Test func `a search over one stretch reads its columns once`() throws {
    let database = try folder.database()
    for letter in "abcdefgh" { try count("\(letter)xyz", in: database) }
    var calls = 0
    let columns = try database.trialColumns(until: day(5)) { now in
      calls += 1
      return now == day(5) ? "hxyz!" : "hxyz"
    }
    #expect(columns == TrialColumns(origin: "hxyz", digest: "hxyz!") && calls == 2)
  }

  @Test func `days after a trial's end are not what it tried, which may be earlier than another's`()
    throws
  {
    let database = try folder.database()
    try count("abcdef", until: 2, in: database)
    #expect(try count("abXdef", in: database) == "ab")
    #expect(try trials(database) == 1)
    #expect(try count("abYdef", in: database) == "abYdef")
    #expect(try count("abXdef", until: 4, in: database) == "ab")
    #expect(try trials(database) == 2)
  }

  @Test func `other settings on the same column are another attempt`() throws {
    let database = try folder.database()
    try count("ab", in: database)
    #expect(try count("abc", settings: "two", in: database) == "ab")
    #expect(try trials(database) == 2)
    #expect(try count("abcd", in: database) == "ab")
    #expect(try trials(database) == 2)
  }

  @Test func `columns come back as they were written, and a damaged trial has none`() throws {
    let database = try folder.database()
    let columns = TrialColumns(origin: "3f", digest: "a0")
    let written = TrialSample(
      symbols: ["BTC"], first: day(0), last: day(2), step: .d1, settings: "s", columns: columns)
    let spec = try written.specJSON
    #expect(spec.hasPrefix(#"{"columns":{"digest":"a0","origin":"3f"},"first":"#))
    let trial = StoredTrial(
      portfolio: "p", key: "k", kind: "rules", objective: nil, specJSON: spec)
    #expect(try trial.sample == written)
    try count("ab", in: database)
    try folder.sql { try $0.execute(sql: "UPDATE trial SET spec = '{'") }
    #expect(try count("abc", in: database) == "abc")
  }
}
