import Foundation
import Testing

/// `backtest --weights`: the files it refuses.
@Suite struct WeightsFileTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    for symbol in ["A", "B"] {
      try place.write(hourlyBars(60, from: symbol == "A" ? 100 : 40), to: "\(symbol)-1h.csv")
    }
    try place.good("ingest", "A-1h.csv", "B-1h.csv")
    try place.write("symbols: [A, B]\ntimeframes: {1h: 1}\nmarket: crypto\n", to: "p.yaml")
  }

  private func replay(_ text: String) throws -> ProgramRun {
    try place.write(text, to: "w.csv")
    return try place.run("backtest", "p.yaml", "--weights", "w.csv")
  }

  @Test func `a missing file is named`() throws {
    expectFailure(
      try place.run("backtest", "p.yaml", "--weights", "nope.csv"), naming: "nope.csv")
  }

  @Test(arguments: ["", "\n", "decision_bar_index\n"])
  func `a file without a header says what one looks like`(text: String) throws {
    expectFailure(try replay(text), naming: "w.csv:1", "decision_bar_index,SYM,...")
  }

  @Test func `a first column of another name is refused`() throws {
    expectFailure(try replay("bar,A\n1,1\n"), naming: "w.csv:1", "'bar'", "decision_bar_index")
  }

  @Test func `a weight before a symbol's first bar is refused`() throws {
    try place.write(
      "time,open,high,low,close,volume\n2022-01-01T00:00Z,1,1,1,1,1\n", to: "L-1h.csv")
    try place.good("ingest", "L-1h.csv")
    try place.write("symbols: [A, L]\ntimeframes: {1h: 1}\nmarket: crypto\n", to: "p.yaml")
    expectFailure(
      try replay("decision_bar_index,A,L\n5,0.5,0.5\n"), naming: "w.csv:2", "L has no bar yet")
    let none = try replay("decision_bar_index,A,L\n5,0.5,0\n")
    #expect(none.status == 0)
  }

  @Test func `a symbol that is not in the portfolio is refused`() throws {
    expectFailure(
      try replay("decision_bar_index,A,DOGE\n1,1,0\n"), naming: "w.csv:1", "'DOGE'", "portfolio")
  }

  @Test func `a symbol named twice is refused`() throws {
    expectFailure(try replay("decision_bar_index,A,A\n1,1,0\n"), naming: "w.csv:1", "A")
  }

  @Test(arguments: ["x", "nan", "inf", "", "0x1"])
  func `what is no number is refused with its line`(weight: String) throws {
    expectFailure(
      try replay("decision_bar_index,A,B\n1,0.5,0.5\n3,0.2,\(weight)\n"), naming: "w.csv:3",
      "'\(weight)'")
  }

  @Test(arguments: ["60", "-1", "1.5", "x"])
  func `an index outside the bars is refused with its line and the range`(index: String) throws {
    expectFailure(
      try replay("decision_bar_index,A\n\(index),1\n"), naming: "w.csv:2", "'\(index)'", "0...59")
  }

  @Test func `a second row for a bar is refused`() throws {
    expectFailure(
      try replay("decision_bar_index,A\n1,1\n2,0\n1,0.5\n"), naming: "w.csv:4", "second row")
  }

  @Test func `a row of another length is refused`() throws {
    expectFailure(
      try replay("decision_bar_index,A\n1,1,2\n"), naming: "w.csv:2", "3 fields", "2")
  }

  @Test func `a time that no bar opens at is refused`() throws {
    expectFailure(
      try replay("time,A\n2010-01-01T05:30Z,1\n"), naming: "w.csv:2", "2010-01-01T05:30Z",
      "the open of a primary bar")
    expectFailure(try replay("time,A\nsoon,1\n"), naming: "w.csv:2", "'soon'")
  }

  @Test func `lines count from the file's first, blank ones included`() throws {
    expectFailure(
      try replay("decision_bar_index,A\n\n1,1\n\n2,x\n"), naming: "w.csv:5", "'x'")
  }

  @Test func `the same decisions by index and by time give the same run`() throws {
    func hash(_ text: String) throws -> String {
      try place.write(text, to: "w.csv")
      let run = try place.good("backtest", "p.yaml", "--weights", "w.csv", "--json")
      return try #require(try run.object()["runHash"] as? String)
    }
    let byIndex = try hash("decision_bar_index,A,B\n5,0.5,0.25\n")
    #expect(try hash("time,A,B\n2010-01-01T05:00Z,0.5,0.25\n") == byIndex)
    #expect(try hash("time , A,B\n 2010-01-01T05:00Z , 0.5 ,0.25 \n") == byIndex)
    #expect(try hash("decision_bar_index,B,A\r\n5,0.25,0.5\r\n") == byIndex)
    #expect(try hash("decision_bar_index,A,B\n5,0.5,0.26\n") != byIndex)
  }

  @Test func `an equity file that cannot be written is named`() throws {
    try place.write("decision_bar_index,A\n1,1\n", to: "w.csv")
    let run = try place.run(
      "backtest", "p.yaml", "--weights", "w.csv", "--equity", "w.csv/equity.csv")
    expectFailure(run, naming: "w.csv/equity.csv", "cannot be written")
  }
}
