import Foundation
import Market
import Store
import Testing

@Suite struct CSVRejectionTests {
  private let header = "time,open,high,low,close,volume\n"

  private func read(
    _ text: String, _ name: String = "BTC-1h.csv", _ options: IngestOptions = IngestOptions()
  ) throws -> CSVBars {
    try CSVBarReader(options: options).parse(Array(text.utf8), file: name)
  }

  /// What becomes of a row on line 3, between two good ones.
  private func reject(_ row: String) throws -> RejectedRow {
    let bars = try read(
      header + "2020-01-01T00:00Z,10,12,9,11,5\n\(row)\n"
        + "2020-01-01T02:00Z,10,12,9,11,5\n")
    #expect(bars.series[0].count == 2)
    #expect(bars.rejectedCount == 1)
    return try #require(bars.rejected.first)
  }

  // MARK: - Times

  @Test(arguments: [
    "2020-02-30T00:00Z", "2020-13-01", "2020-01-01T24:00Z", "2020-01-01T00:60Z", "yesterday", "",
    "2020-1-1", "01/02/2020", "2020-01-01T00:00 Europe/Berlin", "12", "99999999999999999999",
    "2020-01-01T00:00Zjunk", "20200101T0000", "2020-01-01T00:00:00.", "-",
  ])
  func `a bad time costs its row`(time: String) throws {
    #expect(try reject("\(time),10,12,9,11,5").reason == .badTime(time))
  }

  @Test func `times in two units are told apart`() throws {
    let bars = try read(
      header + "1577836800000,1,1,1,1,1\n1577840400,1,1,1,1,1\n1577844000000,1,1,1,1,1\n")
    #expect(
      bars.rejected
        == [
          RejectedRow(line: 3, reason: .mixedTimeUnit("1577840400", expected: .milliseconds))
        ])
  }

  @Test func `a time off the grid costs its row`() throws {
    let rejected = try reject("2020-01-01T01:30Z,10,12,9,11,5")
    #expect(rejected.line == 3)
    #expect(
      rejected.reason
        == .offGrid(Timestamp(year: 2020, month: 1, day: 1, hour: 1, minute: 30), .h1))
  }

  @Test(
    arguments: [
      (
        "X-1h.csv", ["2020-01-02T14:30Z", "2020-01-02T15:30Z"],
        "time 2020-01-02T14:30Z is off the grid of 1h; name the zone of its times with --timezone if it "
          + "is not UTC, or take bars of 30m, which open at such times"
      ),
      (
        "X-1d.csv", ["2020-01-02T14:30Z", "2020-01-03T14:30Z"],
        "time 2020-01-02T14:30Z is off the grid of 1d; a bar of 1d opens at 00:00: write its date alone, "
          + "such as 2020-01-06, or name with --timezone the offset at which it is 00:00"
      ),
      (
        "X-1w.csv", ["2020-01-05", "2020-01-12"],
        "time 2020-01-05T00:00Z is off the grid of 1w; a bar of 1w opens at 00:00 on a Monday: write the "
          + "date of the Monday it begins with, such as 2020-01-06, or name with --timezone the offset at "
          + "which it is 00:00"
      ),
    ] as [(String, [String], String)])
  func `a file whose times are all off the grid says what helps`(
    name: String, times: [String], advice: String
  ) throws {
    let text = header + times.map { "\($0),1,1,1,1,1\n" }.joined()
    let error = #expect(throws: StoreError.self) { try read(text, name) }
    #expect(
      "\(try #require(error))" == "\(name):2: none of its 2 rows can be used: \(advice)")
  }

  @Test func `a bar that has not closed by the clock costs its row, and strict refuses it`() throws
  {
    let noon = Timestamp(year: 2020, month: 1, day: 3, hour: 12)
    let text = header + (1...5).map { "2020-01-0\($0),10,12,9,11,5\n" }.joined()
    let bars = try read(text, "X-1d.csv", IngestOptions(now: noon))
    #expect(bars.series[0].count == 2)
    let today = Timestamp(year: 2020, month: 1, day: 3)
    let open = RejectReason.notClosed(today, closes: Timestamp(year: 2020, month: 1, day: 4))
    #expect(bars.rejected.map(\.line) == [4, 5, 6] && bars.rejected.first?.reason == open)
    #expect(
      "\(open)"
        == "the bar of 2020-01-03T00:00Z closes at 2020-01-04T00:00Z, which has not come yet")
    #expect(throws: StoreError.csv(file: "X-1d.csv", line: 4, .rejected(open))) {
      try read(text, "X-1d.csv", IngestOptions(now: noon, strict: true))
    }
    // It closes on the hour.
    let midnight = IngestOptions(now: Timestamp(year: 2020, month: 1, day: 4))
    #expect(try read(text, "X-1d.csv", midnight).series[0].count == 3)
    #expect(try read(text, "X-1d.csv").series[0].count == 5)
  }

  // MARK: - Rejected rows

  @Test(arguments: [
    ("10,12,9,11", RejectReason.tooFewFields(found: 5, expected: 6)),
    ("10,12,9,11,5,6", .tooManyFields(found: 7, expected: 6)),
    ("\"10,12,9,11,5", .openQuote),
    ("NaN,12,9,11,5", .notFinite(column: "open", text: "NaN")),
    ("10,inf,9,11,5", .notFinite(column: "high", text: "inf")),
    ("10,12,-Infinity,11,5", .notFinite(column: "low", text: "-Infinity")),
    ("10,12,9,1e400,5", .notFinite(column: "close", text: "1e400")),
    ("10,12,9,11,nan", .notFinite(column: "volume", text: "nan")),
    ("null,12,9,11,5", .notANumber(column: "open", text: "null")),
    ("10,0x1p4,9,11,5", .notANumber(column: "high", text: "0x1p4")),
    ("10,12,\"9,1\",11,5", .notANumber(column: "low", text: "9,1")),
    ("10,12,9,1.1.1,5", .notANumber(column: "close", text: "1.1.1")),
    ("10,12,9,1e,5", .notANumber(column: "close", text: "1e")),
    ("10,12,9,.,5", .notANumber(column: "close", text: ".")),
    ("10,12,9,11,", .emptyValue(column: "volume")),
    ("10,12,9,11,5 lots", .notANumber(column: "volume", text: "5 lots")),
    ("0,12,9,11,5", .notPositive(column: "open", value: 0)),
    ("10,12,-9,11,5", .notPositive(column: "low", value: -9)),
    ("10,12,1e-400,11,5", .notPositive(column: "low", value: 0)),
    ("10,12,9,11,-5", .negativeVolume(-5)),
    ("10,1.1e301,9,11,5", .outOfRange(column: "high", value: 1.1e301)),
    ("10,12,9e-16,11,5", .outOfRange(column: "low", value: 9e-16)),
    ("10,12,9,1.1e15,5", .outOfRange(column: "close", value: 1.1e15)),
    ("10,12,9,11,1.1e18", .outOfRange(column: "volume", value: 1.1e18)),
    ("10,8,9,11,5", .highBelow(high: 8, column: "low", value: 9)),
    ("12.5,12,9,11,5", .highBelow(high: 12, column: "open", value: 12.5)),
    ("10,12,9,13,5", .highBelow(high: 12, column: "close", value: 13)),
    ("8,12,9,11,5", .lowAbove(low: 9, column: "open", value: 8)),
    ("10,12,9,8,5", .lowAbove(low: 9, column: "close", value: 8)),
  ])
  func `a bad row costs only itself, with its line and reason`(
    values: String, reason: RejectReason
  ) throws {
    let rejected = try reject("2020-01-01T01:00Z,\(values)")
    #expect(rejected == RejectedRow(line: 3, reason: reason))
    #expect(!"\(rejected)".contains("\n"))
  }

  @Test func `F: a time that comes twice with other values costs the second row`() throws {
    let bars = try read(
      header + "2020-01-01T01:00Z,10,12,9,11,5\n2020-01-01T00:00Z,10,12,9,11,5\n"
        + "2020-01-01T01:00Z,10,12,9,11,6\n2020-01-01T00:00Z,10.0,12,9,11,5\n")
    #expect(bars.series[0].count == 2)
    #expect(bars.series[0][1].volume == 5)
    #expect(bars.repeated == 1)
    #expect(
      bars.rejected
        == [
          RejectedRow(
            line: 4,
            reason: .duplicateTime(
              Timestamp(year: 2020, month: 1, day: 1, hour: 1), firstLine: 2))
        ])
  }

  @Test func `a bad symbol costs its row`() throws {
    let long = String(repeating: "x", count: 65)
    let bars = try read(
      "time,symbol,open,high,low,close,volume\n2020-01-01,A,1,1,1,1,1\n2020-01-01,,1,1,1,1,1\n"
        + "2020-01-01,\(long),1,1,1,1,1\n2020-01-01,a\u{7}b,1,1,1,1,1\n"
        + "2020-01-01,a\u{9B}b,1,1,1,1,1\n"
        + "2020-01-01,BTC/USDT:USDT,1,1,1,1,1\n2020-01-01,..,1,1,1,1,1\n", "x-1d.csv")
    #expect(bars.series.map(\.symbol) == ["..", "A", "BTC/USDT:USDT"])
    #expect(bars.rejected.map(\.line) == [3, 4, 5, 6])
  }

  @Test func `symbols are their bytes, and a doubled quote in quotes is one`() throws {
    let bars = try read(
      "time,symbol,open,high,low,close,volume\n2020-01-01,\u{E9},1,1,1,1,1\n"
        + "2020-01-01,e\u{301},2,2,2,2,1\n2020-01-01,\"a\"\"b\",3,3,3,3,1\n"
        + "2020-01-01,\"c,d\",4,4,4,4,1\n", "x-1d.csv")
    #expect(bars.rejected.isEmpty)
    #expect(bars.series.map(\.symbol) == ["a\"b", "c,d", "e\u{301}", "\u{E9}"])
    #expect(bars.series.map { $0[0].close } == [3, 4, 2, 1])
  }

  @Test func `a number too large to be squared leaves its column out`() throws {
    let bars = try read(
      "time,open,high,low,close,volume,a,b\n2020-01-01T00:00Z,1,1,1,1,1,1e99,1e300\n"
        + "2020-01-01T01:00Z,1,1,1,1,1,-1e99,5\n")
    #expect(bars.series[0].extraNames == ["a"])
  }

  @Test func `lines are counted through blank ones and quotes`() throws {
    let bars = try read(
      "\n\r\n" + header + "\n2020-01-01T00:00Z,1,1,1,1,1\n\n2020-01-01T01:00Z,x,1,1,1,1\n")
    #expect(bars.rejected.map(\.line) == [7])
  }

  // MARK: - Numbers

  /// What numbers read as, in a column of the user's: prices have a range.
  private func values(_ texts: [String]) throws -> [Double] {
    let folder = try TestFolder()
    let start = Timestamp(year: 2000, month: 1, day: 1)
    let rows = texts.enumerated().map { index, text in
      "\(start + Int64(index) * 3_600_000),1,1,1,1,1,\(text)\n"
    }
    let text = "time,open,high,low,close,volume,x\n" + rows.joined()
    let database = try folder.database()
    try database.ingest(try folder.file("BTC-1h.csv", text))
    return try database.extra("BTC", .h1, "x").map(\.value)
  }

  @Test func `decimal texts read as the nearest double`() throws {
    var state: UInt64 = 7
    var expected: [Double] = [.leastNonzeroMagnitude, .leastNormalMagnitude, 0.1, 1e22, 1e23]
    while expected.count < 4000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state)
      if value.magnitude <= 1e100 { expected.append(value) }
      expected.append(Double(state >> 40) / 1000 + 0.001)
    }
    #expect(try values(expected.map { "\($0)" }) == expected)
  }

  @Test(
    arguments: [
      ("123456789012345678901234567890", 123456789012345678901234567890.0),
      ("0.000000000000000000000000000001", 1e-30), ("000000000000000000000000012", 12),
      ("9007199254740993", 9_007_199_254_740_992), ("9007199254740992", 9_007_199_254_740_992),
      ("0.1e1", 1), ("1E2", 100), ("235740.31676488998", 235740.31676488998),
      ("3.4028234663852886e38", 3.4028234663852886e38), ("1e-23", 1e-23),
    ] as [(String, Double)])
  func `long and odd decimals read as the nearest double`(text: String, value: Double) throws {
    #expect(try values([text]) == [value])
  }

  // MARK: - Files refused as a whole

  @Test(
    arguments: [
      ("", CSVProblem.empty, nil), ("\n \r\n", .empty, nil),
      ("time,open,high,low,close,volume", .headerOnly, nil),
      ("time,open,high,low,close,volume\n\n\n", .headerOnly, nil),
      (
        "time,open,high,low,volume\n",
        .missingColumns(
          ["close"], found: ["time", "open", "high", "low", "volume"]), 1
      ),
      (
        "a,b\n1,2\n",
        .missingColumns(["time", "open", "high", "low", "close"], found: ["a", "b"]), 1
      ),
      (
        "1502942400,4261.48,4485.39,4200.74,4285.08,795.15\n",
        .noHeader(
          found: "1502942400,4261.48,4485.39,4200.74,4285.08,795.15"), 1
      ),
      ("time,open,high,low,close,close,volume\n", .duplicateColumn("close"), 1),
      ("time,open,high,low,close,volume,mood,mood\n", .duplicateColumn("mood"), 1),
      (
        "time,A.open,A.high,A.low,A.close,B.open,B.high,B.low,B.close\n",
        .severalSymbolsInHeader(
          ["A", "B"]), 1
      ),
      ("time,open,high,low,close\r2020-01-01,1,1,1,1\r", .carriageReturns, nil),
      ("time,open\0,high,low,close\n", .notText("it holds a zero byte"), nil),
      (
        "time,open,high,low,close,volume\n2020-01-01,x,1,1,1,1\n2020-01-02,1,1,1,1,z\n",
        .noUsableRow(first: .notANumber(column: "open", text: "x"), rejected: 2), 2
      ),
    ] as [(String, CSVProblem, Int?)])
  func `a file that cannot be used is refused in one clear line`(
    text: String, problem: CSVProblem, line: Int?
  ) throws {
    let error = #expect(throws: StoreError.self) { try read(text) }
    #expect(error == .csv(file: "BTC-1h.csv", line: line, problem))
    let message = "\(try #require(error))"
    #expect(message.hasPrefix("BTC-1h.csv:") && !message.contains("\n"))
  }

  @Test func `other encodings, archives and endless lines are refused`() throws {
    func problem(_ bytes: [UInt8]) -> CSVProblem? {
      do {
        _ = try CSVBarReader().parse(bytes, file: "X-1h.csv")
        return nil
      } catch let StoreError.csv(_, _, problem) {
        return problem
      } catch {
        return nil
      }
    }
    let wide = header.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(problem([0xFF, 0xFE] + wide) == .notText("it begins like UTF-16"))
    #expect(problem(wide) == .notText("it holds a zero byte"))
    #expect(problem([0x1F, 0x8B, 8, 0]) == .notText("it is compressed: unpack it first"))
    #expect(
      problem([0xC3, 0x28, 0x0A]) == .notText("its header has bytes that are not UTF-8"))
    let endless = [UInt8](repeating: UInt8(ascii: "1"), count: 3 << 20)
    #expect(problem(endless) == .lineTooLong(limit: 1 << 20))
    #expect(problem(Array(header.utf8) + endless) == .lineTooLong(limit: 1 << 20))
  }

  @Test func `bytes that are no text do not break the reader`() throws {
    var state: UInt64 = 3
    for length in [1, 10, 100, 1000, 20_000] {
      for _ in 0..<20 {
        let noise = (0..<length).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return UInt8(truncatingIfNeeded: state >> 56)
        }
        let good = Array((header + "2020-01-01T00:00Z,1,1,1,1,1\n").utf8)
        let bars = try CSVBarReader().parse(good + noise, file: "X-1h.csv")
        #expect(bars.series[0].count == 1)
        #expect(throws: StoreError.self) { try CSVBarReader().parse(noise, file: "X-1h.csv") }
      }
    }
  }

  @Test func `a missing file and a folder are one clear error`() {
    #expect(
      throws: StoreError.csv(file: "/no/such.csv", line: nil, .unreadable("no such file"))
    ) { try CSVBarReader().read("/no/such.csv") }
    #expect(throws: StoreError.csv(file: "/", line: nil, .unreadable("it is a folder"))) {
      try CSVBarReader().read("/")
    }
  }
}
