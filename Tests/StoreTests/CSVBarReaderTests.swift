import Foundation
import Market
import Store
import Testing

@Suite struct CSVBarReaderTests {
  private let header = "time,open,high,low,close,volume\n"

  private func read(
    _ text: String, _ name: String = "BTC-1h.csv", _ options: IngestOptions = IngestOptions()
  ) throws -> CSVBars {
    try CSVBarReader(options: options).parse(Array(text.utf8), file: name)
  }

  // MARK: - Columns

  @Test func `close before high is read by name`() throws {
    let bars = try read(
      "time,open,close,high,low,volume\n2017-10-01T00:00Z,4367.1,4367.4,4394,4365,1461.13122655\n")
    #expect(
      bars.series[0][0]
        == Bar(
          time: Timestamp(year: 2017, month: 10, day: 1), open: 4367.1, high: 4394, low: 4365,
          close: 4367.4, volume: 1461.13122655))
  }

  @Test(arguments: [
    "open,high,low,close,volume,time|10,12,9,11,5,2020-01-01T00:00Z",
    "TIME;Open;HIGH;lOw;Close;Volume|2020-01-01 00:00:00;10;12;9;11;5",
    "Date\tOpen\tHigh\tLow\tClose\tVolume|2020/01/01 00:00\t10\t12\t9\t11\t5",
    "datetime , open , high , low , close , volume| 2020-01-01 , 10 , 12 , 9 , 11 , 5 ",
    #""timestamp","open",high,"low","close","volume"|"2020-01-01T00:00:00.000Z","10",12,9,"11",5"#,
    "Date,BTC.open,BTC.close,BTC.high,BTC.low,BTC.volume|2020-01-01 00:00:00,10,11,12,9,5",
    "unix,BTC_open,BTC_close,BTC_high,BTC_low,BTC_volume|1577836800,10,11,12,9,5",
    "ts_open,low,open,close,volume,high|1577836800000,9,10,11,5,12",
    "open_time,open,high,low,close,volume,close_time,ignore|1577836800000000,10,12,9,11,5,7,0",
    "ts,open,high,low,close,volume|1577836800000000000,10,12,9,11,5",
    "unix,open,high,low,close,volume|1577836800.0,10,12,9,11,5",
    "<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOLUME>|2020.01.01,00:00:00,10,12,9,11,5",
    "date,open,high,low,close,volume|20200101,1e1,1.2E+1,.9e1,+11.,5",
    "time,open,high,low,close,volume|2020-01-01T02:00+02:00,10,12,9,11,5",
    "Adj Close,time,open,high,low,close,volume|3,2020-01-01,10,12,9,11,5",
  ])
  func `every way to write one bar gives that bar`(lines: String) throws {
    let expected = Bar(
      time: Timestamp(year: 2020, month: 1, day: 1), open: 10, high: 12, low: 9, close: 11,
      volume: 5)
    for end in ["\n", "\r\n", ""] {
      for mark in ["", "\u{FEFF}", "\n", "\r\n  \n"] {
        let text = mark + lines.replacing("|", with: end.isEmpty ? "\n" : end) + end
        let bars = try read(text)
        #expect(bars.series.count == 1 && bars.rejected.isEmpty)
        #expect(bars.series.first?[0] == expected)
        #expect(bars.series.first?.symbol == "BTC")
        #expect(bars.notes.contains { $0.contains("no line end") } == end.isEmpty)
      }
    }
  }

  @Test func `other numbers become columns of the user, text and indexes do not`() throws {
    let bars = try read(
      """
      ,time,open,high,low,close,volume,mood,kind,Adj Close,close_time
      0,2020-01-01T00:00Z,10,12,9,11,5,0.5,bid,11.5,1
      1,2020-01-01T01:00Z,10,12,9,11,5,,bid,11.5,2

      """)
    #expect(bars.series[0].extraNames == ["mood", "Adj Close"])
    #expect(bars.notes == ["columns that are not numbers are left out: kind"])
  }

  @Test func `a text among a column's numbers is told with its line, and strict refuses it`() throws
  {
    func text(_ fifth: String) -> String {
      "time,open,high,low,close,volume,mood,kind\n"
        + (0..<10).map { hour in
          "2020-01-01T0\(hour):00Z,1,1,1,1,1,\(hour == 5 ? fifth : "0.5"),bid\n"
        }.joined()
    }
    let bars = try read(text("low"))
    #expect(bars.series[0].count == 10 && bars.series[0].extraNames.isEmpty)
    #expect(
      bars.notes == [
        "column `mood` is left out: line 7 holds `low`, which is no number; mend it, or leave the "
          + "cell empty", "columns that are not numbers are left out: kind",
      ])
    let strict = IngestOptions(strict: true)
    #expect(
      throws: StoreError.csv(
        file: "BTC-1h.csv", line: 7, .rejected(.notANumber(column: "mood", text: "low")))
    ) { try read(text("low"), "BTC-1h.csv", strict) }
    #expect(try read(text("n/a"), "BTC-1h.csv", strict).series[0].extraNames == ["mood"])
  }

  @Test func `a file without volume says so`() throws {
    let bars = try read("time,open,high,low,close\n2020-01-01,10,12,9,11\n")
    #expect(bars.series[0][0].volume == 0)
    #expect(bars.notes == ["it has no column `volume`: all volumes are 0"])
  }

  @Test func `many symbols in one file become many series, sorted`() throws {
    let bars = try read(
      """
      ts_open,symbol,open,high,low,close,volume,entry
      1262304000,S01,10,12,9,11,5,0
      1262304000,S00,20,22,19,21,6,1
      1262307600,S01,11,12,9,11,5,0
      1262307600,S00,21,22,19,21,6,0

      """, "tiny.csv")
    #expect(bars.series.map(\.symbol) == ["S00", "S01"])
    #expect(bars.series.allSatisfy { $0.timeframe == .h1 && $0.count == 2 })
    #expect(bars.series[0][0].open == 20)
    #expect(bars.series[0].extraNames == ["entry"])
    #expect(bars.dialect.contains("epoch seconds"))
    #expect(
      throws: StoreError.csv(file: "t.csv", line: nil, .symbolOfMany(symbol: "X", count: 2))
    ) {
      try read(
        """
        time,symbol,open,high,low,close,volume
        2020-01-01,A,1,1,1,1,1
        2020-01-01,B,1,1,1,1,1

        """, "t.csv", IngestOptions(symbol: "X", timeframe: .d1))
    }
  }

  // MARK: - Symbol and timeframe

  @Test(arguments: [
    ("BTC-1h.csv", "BTC", Timeframe.h1), ("dir.x/BTCUSDT_4h.csv", "BTCUSDT", .h4),
    ("BTCUSDT-1h-2023-01.csv", "BTCUSDT", .h1), ("Binance_SOLUSDT_1d.csv", "Binance_SOLUSDT", .d1),
    ("EUR-USD_15m.txt", "EUR-USD", .m15), ("BRK.B-1D.csv", "BRK.B", .d1), ("ETH.csv", "ETH", .d1),
    ("1d.csv", "1d", .d1), ("X-1M.csv", "X-1M", .d1),
  ])
  func `symbol and timeframe come from the file's name`(
    name: String, symbol: String, timeframe: Timeframe
  ) throws {
    let days = (1...3).map { "2020-01-0\($0),1,1,1,1,1\n" }.joined()
    let bars = try read(header + days, name)
    #expect(bars.series[0].symbol == Symbol(symbol))
    #expect(bars.series[0].timeframe == timeframe)
  }

  @Test func `the columns' prefix names the symbol of a file whose name does not`() throws {
    let text = "time,ETH.open,ETH.high,ETH.low,ETH.close,ETH.volume\n2020-01-01,1,1,1,1,1\n"
    #expect(try read(text, "prices.csv", IngestOptions(timeframe: .d1)).series[0].symbol == "ETH")
    #expect(try read(text, "BTC-1d.csv").series[0].symbol == "BTC")
  }

  @Test func `the most frequent step gives the timeframe, in any order of rows`() throws {
    let bars = madeUpBars(40, every: .m30).enumerated().filter { $0.offset % 7 != 3 }.map(\.element)
    let read = try read(csv(bars.reversed()), "X.csv")
    #expect(read.series[0].timeframe == .m30)
    #expect((0..<read.series[0].count).map { read.series[0][$0] } == bars)
  }

  @Test func `a step that is no timeframe, and a single row, ask for --timeframe`() throws {
    let odd = "2020-01-01T00:00Z,1,1,1,1,1\n2020-01-01T00:07Z,1,1,1,1,1\n"
    #expect(
      throws: StoreError.csv(file: "X.csv", line: nil, .noTimeframe(mostFrequentStep: 420_000))
    ) {
      try read(header + odd, "X.csv")
    }
    #expect(throws: StoreError.csv(file: "X.csv", line: nil, .noTimeframe(mostFrequentStep: nil))) {
      try read(header + "2020-01-01,1,1,1,1,1\n", "X.csv")
    }
  }

  @Test func `a name that does not fit the step is noted`() throws {
    let bars = try read(csv(madeUpBars(4, every: .h4)))
    #expect(
      bars.notes == ["the most frequent step between its times is 4h, its timeframe 1h"])
  }

  @Test(arguments: [("BTC-1d.csv", Timeframe.d1), ("BTC-4h.csv", .h4), ("BTC-1w.csv", .w1)])
  func `rows closer together than their timeframe are no bars of it`(
    name: String, timeframe: Timeframe
  ) throws {
    let error = #expect(throws: StoreError.self) { try read(csv(madeUpBars(300)), name) }
    #expect(
      error
        == .csv(file: name, line: nil, .finerThanTimeframe(nil, step: 3_600_000, timeframe)))
    #expect(
      "\(try #require(error))".hasPrefix(
        "\(name): its rows are 1h apart, so they are no bars of \(timeframe); name their own"))
    let told = IngestOptions(timeframe: .h1)
    #expect(try read(csv(madeUpBars(300)), name, told).series[0].count == 300)
  }

  /// Days of twenty symbols, and rows of one more at given times.
  private func daysOfMany(and symbol: String, at times: [Timestamp]) -> String {
    let days = (0..<20).map { day in Timestamp(year: 2020, month: 1, day: 1 + day) }
    let rows = (10..<30).flatMap { name in days.map { "\($0),S\(name),10,12,9,11,5" } }
    let more = times.map { "\($0),\(symbol),10,12,9,11,5" }
    return (["time,symbol,open,high,low,close,volume"] + rows + more).joined(separator: "\n") + "\n"
  }

  @Test func `hourly rows of one symbol are no bars among the days of many`() throws {
    let start = Timestamp(year: 2020, month: 1, day: 1)
    let hours = (0..<240).map { start + Int64($0) * 3_600_000 }
    let text = daysOfMany(and: "H", at: hours)
    // The timeframe by the name, and by the most frequent step.
    for name in ["some-1d.csv", "some.csv"] {
      let error = #expect(throws: StoreError.self) { try read(text, name) }
      #expect(
        error == .csv(file: name, line: nil, .finerThanTimeframe("H", step: 3_600_000, .d1)))
      #expect(
        "\(try #require(error))"
          == "\(name): its rows of H are 1h apart, so they are no bars of 1d as the others are; "
          + "move them to a file of their own")
    }
  }

  @Test func `a new listing whose last day is not over yet refuses no file of many`() throws {
    let day = Timestamp(year: 2020, month: 1, day: 20)
    let text = daysOfMany(and: "NEW", at: [day, day + 10 * 3_600_000])
    let bars = try read(text, "some-1d.csv")
    #expect(bars.series.count == 21 && bars.rejectedCount == 1)
  }

  @Test(arguments: [
    // The last week is not over yet; a day of 23 hours where a clock is put forward; a stray row.
    ("X-1w.csv", ["2020-01-06", "2020-01-13", "2020-01-15"], 2),
    (
      "X-1d.csv",
      ["2020-03-28T00:00+01:00", "2020-03-29T00:00+01:00", "2020-03-30T00:00+02:00"], 3
    ),
    (
      "X-1h.csv",
      [
        "2020-01-01T00:00Z", "2020-01-01T00:20Z", "2020-01-01T01:00Z", "2020-01-01T02:00Z",
        "2020-01-01T03:00Z",
      ], 4
    ),
  ])
  func `a shorter step here and there refuses no file`(
    name: String, times: [String], count: Int
  ) throws {
    let bars = try read(header + times.map { "\($0),1,1,1,1,1\n" }.joined(), name)
    #expect(bars.series[0].count == count)
    #expect(bars.rejectedCount == times.count - count)
  }

  // MARK: - Times

  @Test func `a fixed offset shifts intraday times and leaves dates and epochs`() throws {
    let options = IngestOptions(timeframe: .h1, zoneMinutes: 120)
    let midnight = Timestamp(year: 2020, month: 1, day: 1)
    #expect(
      try read(header + "2020-01-01 02:00,1,1,1,1,1\n", "X.csv", options).series[0][0].time
        == midnight)
    #expect(
      try read(header + "2020-01-01T00:00Z,1,1,1,1,1\n", "X.csv", options).series[0][0].time
        == midnight)
    #expect(
      try read(header + "1577836800,1,1,1,1,1\n", "X.csv", options).series[0][0].time == midnight)
    let daily = IngestOptions(timeframe: .d1, zoneMinutes: -300)
    #expect(
      try read(header + "2020-01-01,1,1,1,1,1\n", "X.csv", daily).series[0][0].time == midnight)
    #expect(
      try read(
        header + "2020-01-01 00:00:00+09:00,1,1,1,1,1\n", "X.csv",
        IngestOptions(timeframe: .d1)
      ).series[0][0].time == midnight)
  }

  @Test func `days that open at midnight of the user's clock get its dates, epochs too`() throws {
    // Midnight in Tokyo.
    let epochs = header + "1577804400,1,1,1,1,1\n1577890800,1,1,1,1,1\n"
    let options = IngestOptions(timeframe: .d1, zoneMinutes: 540)
    let days = try read(epochs, "X.csv", options).series[0]
    #expect(
      (0..<2).map { days[$0].time } == [
        Timestamp(year: 2020, month: 1, day: 1), Timestamp(year: 2020, month: 1, day: 2),
      ])
    let utc = try read(header + "1577836800,1,1,1,1,1\n", "X.csv", options).series[0]
    #expect(utc[0].time == Timestamp(year: 2020, month: 1, day: 1))
  }

  @Test func `offsets are read in their usual forms`() {
    #expect(IngestOptions.zoneMinutes("UTC") == 0)
    #expect(IngestOptions.zoneMinutes("z") == 0)
    #expect(IngestOptions.zoneMinutes("+02:00") == 120)
    #expect(IngestOptions.zoneMinutes("-0530") == -330)
    #expect(IngestOptions.zoneMinutes("+2") == 120)
    for bad in ["", "2", "Europe/Berlin", "+25", "+02:60", "+2:0", "++2", "+02:00:00"] {
      #expect(IngestOptions.zoneMinutes(bad) == nil, "\(bad)")
    }
  }
}
