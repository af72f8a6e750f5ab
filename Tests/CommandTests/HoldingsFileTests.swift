import Foundation
import Testing

extension TrainedPortfolioTests {
  /// `allocate --holdings`.
  @Suite struct HoldingsFileTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    private func allocate(_ text: String) throws -> ProgramRun {
      try place.write(text, to: "held.csv")
      return try place.run("allocate", "pair.yaml", "--holdings", "held.csv", "--json")
    }

    @Test func `a missing file is named`() throws {
      expectFailure(
        try place.run("allocate", "pair.yaml", "--holdings", "nope.csv"), naming: "nope.csv",
        "symbol,quantity")
    }

    @Test func `a symbol that is not in the portfolio is named with its line`() throws {
      expectFailure(
        try allocate("symbol,quantity\nBTC,1\nDOGE,5\n"), naming: "held.csv:3", "DOGE",
        "portfolio")
    }

    @Test(arguments: ["BTC,x", "BTC", "BTC,1,2", "BTC,nan", "BTC,", "BTC,0x10"])
    func `what is no quantity is refused with its line`(line: String) throws {
      expectFailure(
        try allocate("symbol,quantity\nCASH,10\n\(line)\n"), naming: "held.csv:3", "'\(line)'",
        "symbol,quantity")
    }

    @Test func `lines count from the file's first, blank ones included`() throws {
      expectFailure(
        try allocate("symbol,quantity\n\nCASH,10\n\nBTC,x\n"), naming: "held.csv:5", "'BTC,x'")
    }

    @Test(arguments: ["", "symbol,quantity\n", "symbol,quantity\nCASH,0\n", "CASH,-5\n"])
    func `holdings of no value are refused`(text: String) throws {
      expectFailure(try allocate(text), naming: "held.csv", "worth nothing", "give CASH")
    }

    @Test func `a holding is valued at its last close and traded to the target`() throws {
      let run = try allocate("symbol,quantity\nBTC , 1.5\n CASH,5000 \n")
      try #require(run.status == 0, "\(run.testDescription)")
      let report = try run.object()
      let close = try TrainedPortfolio.lastClose("BTC")
      let equity = try #require(report["equity"] as? Double)
      #expect(abs(equity / (5000 + 1.5 * close) - 1) < 1e-12)
      #expect(report["heldFrom"] as? String == "holdings file held.csv")
      #expect(report["asOf"] as? String == TrainedPortfolio.end)
      let rows = try #require(report["rows"] as? [[String: Any]])
      #expect(rows.map { $0["symbol"] as? String } == ["BTC", "ETH"])
      for row in rows {
        let symbol = try #require(row["symbol"] as? String)
        let held = try #require(row["heldQuantity"] as? Double)
        let traded = try #require(row["tradeQuantity"] as? Double)
        let price = try #require(row["price"] as? Double)
        let target = try #require((row["line"] as? [String: Any])?["target"] as? Double)
        #expect(held == (symbol == "BTC" ? 1.5 : 0))
        #expect(price == (try TrainedPortfolio.lastClose(symbol)))
        #expect(abs((held + traded) * price / equity - target) < 1e-9, "\(symbol)")
      }
    }
  }
}

/// Holdings of a symbol whose name could be taken for something else.
@Suite struct OddHoldingTests {
  /// A portfolio of one generated coin of that name, trained.
  private func portfolio(of symbol: String) throws -> Workplace {
    let place = try Workplace()
    let run = try place.bare([
      "simulate", "--out", "m", "--symbols", "1", "--timeframe", "1d", "--bars", "1100",
      "--calendar", "24x7", "--volatility", "0.6", "--seed", "3", "--start", "2018-01-01",
      "--quiet",
    ])
    try #require(run.status == 0, "\(run.testDescription)")
    try place.good("ingest", "m/SIM001-1d.csv", "--symbol", symbol)
    try place.write(
      """
      profile: balanced
      symbols: ["\(symbol)"]
      timeframes: {1d: 1}
      market: crypto
      split: {folds: 4, inner_folds: 1, start: 2019-06-01}
      forecast: {hidden: 4, epochs: 1, seeds: 1}
      regime: {restarts: 1}
      variance: {method: har}

      """, to: "p.yaml")
    try place.good("train", "p.yaml")
    return place
  }

  @Test func `a line CASH is refused where it could be a share`() throws {
    let place = try portfolio(of: "CASH")
    try place.write("symbol,quantity\ncash,5\n", to: "held.csv")
    expectFailure(
      try place.run("allocate", "p.yaml", "--holdings", "held.csv"), naming: "held.csv:2", "'cash'",
      "--symbol CASH.US")
    // From its own record it goes on.
    try place.good("allocate", "p.yaml")
  }

  @Test func `a symbol with a comma is held in quotes`() throws {
    let place = try portfolio(of: "Fund, class A")
    try place.write(
      "\"symbol\",\"quantity\"\n\"Fund, class A\",2\nCASH,\"5\"\n", to: "held.csv")
    let report = try place.good("allocate", "p.yaml", "--holdings", "held.csv", "--json").object()
    let rows = try #require(report["rows"] as? [[String: Any]])
    #expect(rows.map { $0["heldQuantity"] as? Double } == [2])
    // Without quotes, and with one that is not closed, the line is named.
    for line in ["Fund, class A,2", "\"Fund, class A,2"] {
      try place.write("CASH,5\n\(line)\n", to: "held.csv")
      expectFailure(
        try place.run("allocate", "p.yaml", "--holdings", "held.csv"), naming: "held.csv:2",
        "symbol,quantity")
    }
  }
}
