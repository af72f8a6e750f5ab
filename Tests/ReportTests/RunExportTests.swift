import Engine
import Foundation
import Market
import Report
import Research
import Testing
import Trading

@Suite struct RunExportTests {
  /// Two symbols over twelve days: bought, reduced, sold again.
  /// - Parameter last: bars that B has.
  private func finished(
    costs: CostSettings = CostSettings(commission: 0.001, slippage: 0.0005),
    capital: CapitalSettings = CapitalSettings(), last: Int = 12
  ) throws -> FinishedRun {
    let days = (0..<12).map { Timestamp(year: 2020, month: 1, day: 1 + $0) }
    let series = [Symbol("A,1"), "B"].map { symbol in
      var bars = BarSeries(symbol: symbol, timeframe: .d1, calendar: .continuous)
      for (index, day) in days.prefix(symbol == "B" ? last : 12).enumerated() {
        let price = 100 + Double((index * 7) % 5)
        bars.append(
          Bar(
            time: day, open: price, high: price + 1, low: price - 1, close: price + 0.5, volume: 1))
      }
      return bars
    }
    let grid = BarGrid(series)
    let loop = StepLoop(grid: grid, costs: costs, capital: capital)
    let run = try loop.run(
      0..<12,
      WeightReplay([
        grid.knownAt(1): [0.5, 0.4], grid.knownAt(4): [0.2, 0.4], grid.knownAt(8): [0, 0.4],
      ]))
    var report = try SyntheticReport.plain.get()
    report.closedTrades = ClosedTrade.all(run.fills)
    return FinishedRun(report: report, run: run, decisions: [])
  }

  /// Fields of a line; quotes hold commas together.
  private func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  @Test func `the tables hold the run to the last bit`() throws {
    let finished = try finished()
    let run = finished.run
    var rows: [String: [[String]]] = [:]
    for file in CSVRunExporter().files(of: finished) {
      rows[file.name] = file.text.split(separator: "\n").map(fields)
    }
    #expect(
      rows.keys.sorted() == [
        "equity.csv", "fills.csv", "orders.csv", "trades.csv", "weights.csv",
      ])
    for (_, lines) in rows { #expect(lines.allSatisfy { $0.count == lines[0].count }) }
    let equity = try #require(rows["equity.csv"]).dropFirst()
    #expect(equity.map { Double($0[2]) } == run.equity && equity.map { Double($0[3]) } == run.cash)
    let weights = try #require(rows["weights.csv"])
    #expect(weights[0] == ["close", "A,1", "B"])
    #expect(weights.dropFirst().flatMap { $0.dropFirst().map { Double($0) } } == run.weights)
    let fills = try #require(rows["fills.csv"]).dropFirst()
    #expect(fills.map { Double($0[3]) } == run.fills.map(\.price) && !fills.isEmpty)
    #expect(fills.map { $0[1] } == run.fills.map(\.symbol.name))
    // Each of them leads to its order.
    let header = try #require(rows["fills.csv"])[0]
    #expect(header.suffix(3) == ["reason", "decided_at", "intrabar"])
    let orders = try #require(rows["orders.csv"])
    #expect(orders[0] == ["decided_at", "symbol", "quantity", "reason"])
    #expect(orders.dropFirst().map { Double($0[2]) } == run.orders.map(\.quantity))
    for fill in fills {
      let own = orders.filter { $0[0] == fill[10] && $0[1] == fill[1] && $0[3] == fill[9] }
      #expect(own.count == 1 && fill[11] == "false", "\(fill)")
    }
    let trades = try #require(rows["trades.csv"]).dropFirst()
    #expect(trades.map { Double($0[7]) } == finished.report.closedTrades.map(\.profit))
    #expect(trades.count >= 2)
  }

  @Test func `the costs of the exported fills add up to the run's`() throws {
    var costs = CostSettings(commission: 0.001, slippage: 0.0005)
    costs.halfSpread = 0.0002
    costs.impact = 0.001
    var capital = CapitalSettings()
    capital.delistAfter = 2 * Timestamp.millisecondsPerDay
    capital.delistLoss = 0.3
    // B has no bar any more while 40 % of the equity are in it: nobody decided that it be closed.
    let finished = try finished(costs: costs, capital: capital, last: 7)
    let file = try #require(CSVRunExporter().files(of: finished).first { $0.name == "fills.csv" })
    let lines = file.text.split(separator: "\n").map(fields)
    #expect(lines.count { $0[9] == "no bars any more" && $0[10].isEmpty } == 1)
    func sum(_ column: String) throws -> Double {
      let index = try #require(lines[0].firstIndex(of: column))
      return try lines.dropFirst().reduce(0) { $0 + (try #require(Double($1[index]))) }
    }
    let costsOfRun = RunCosts(finished.run.book)
    var all = 0.0
    for (column, cost) in [
      ("fee", costsOfRun.commission), ("slippage", costsOfRun.slippage),
      ("spread", costsOfRun.spread), ("impact", costsOfRun.impact),
      ("write_off", costsOfRun.writeOffs),
    ] {
      let exported = try sum(column)
      // Tens of thousands of currency at most, summed in the same order.
      #expect(abs(exported - cost) < 1e-8 && cost > 0, "\(column)")
      all += exported
    }
    #expect(abs(all - finished.run.fills.reduce(0) { $0 + $1.cost }) < 1e-7)
  }

  @Test func `JSON says the same as CSV`() throws {
    let finished = try finished()
    let files = JSONRunExporter().files(of: finished)
    #expect(
      files.map(\.name) == [
        "trades.json", "fills.json", "orders.json", "equity.json", "weights.json", "report.json",
      ])
    for (csv, json) in zip(CSVRunExporter().files(of: finished), files) {
      let lines = csv.text.split(separator: "\n").map(fields)
      let objects = try JSONDecoder().decode([[String: Field]].self, from: Data(json.text.utf8))
      #expect(objects.count == lines.count - 1)
      for (line, object) in zip(lines.dropFirst(), objects) {
        for (name, text) in zip(lines[0], line) {
          #expect(object[name]?.matches(text) == true, "\(json.name) \(name) \(text)")
        }
      }
    }
  }
}

/// A number, a text or a flag.
private enum Field: Decodable {
  case number(Double)
  case text(String)
  case flag(Bool)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  func matches(_ text: String) -> Bool {
    switch self {
    case .number(let number): number == Double(text)
    case .text(let own): own == text
    case .flag(let flag): String(flag) == text
    }
  }
}
