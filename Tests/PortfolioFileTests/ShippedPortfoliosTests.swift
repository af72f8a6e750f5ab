import Allocation
import Foundation
import Market
import Models
import PortfolioFile
import Research
import Signals
import Testing

@Suite struct ShippedPortfoliosTests {
  private func load(_ name: String) throws -> ResolvedPortfolio {
    try PortfolioFile.load(path: shippedPortfolios.appendingPathComponent(name).path)
  }

  @Test func `crypto holds five coins on three timeframes and tests from April 2018`() throws {
    let portfolio = try load("crypto.yaml").portfolio
    #expect(portfolio.symbols == ["BTC", "EOS", "ETH", "LTC", "XRP"])
    #expect(portfolio.timeframes.map(\.timeframe) == [.h1, .h4, .d1])
    #expect(portfolio.timeframes.map(\.weight) == [0.6, 0.3, 0.1])
    #expect(portfolio.profile == .balanced)
    #expect(portfolio.split.start == Timestamp(year: 2018, month: 4, day: 1))
    #expect(portfolio.split.folds == 6)
    #expect(portfolio.split.walkForward == .expanding)
    #expect(portfolio.exit.isOff)
  }

  @Test func `crypto-in-out trades by wide exits on ungated forecasts`() throws {
    let portfolio = try load("crypto-in-out.yaml").portfolio
    #expect(portfolio.allocation.mode == .inOut)
    #expect(portfolio.forecast.gate == .off)
    #expect(portfolio.exit.target == 0.2)
    #expect(portfolio.exit.stop == 0.1)
    #expect(portfolio.exit.trailing == 0.1)
  }

  @Test func `the two differ only in keys that no model depends on`() throws {
    let held = try load("crypto.yaml").portfolio
    var traded = try load("crypto-in-out.yaml").portfolio
    #expect(traded != held)
    for key in SettingKey.all where key.text(in: held) != key.text(in: traded) {
      let group = key.path.split(separator: ".")[0]
      #expect(
        ["allocation", "entry", "exit"].contains(group) || key.path == "forecast.gate",
        "\(key.path)")
    }
    traded.name = held.name
    traded.allocation = held.allocation
    traded.entry = held.entry
    traded.exit = held.exit
    traded.forecast.gate = held.forecast.gate
    #expect(traded == held)
  }

  @Test func `every file of the folder loads`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: shippedPortfolios.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(names.count >= 2)
    for name in names {
      #expect(throws: Never.self, "\(name)") { try load(name) }
    }
  }
}
