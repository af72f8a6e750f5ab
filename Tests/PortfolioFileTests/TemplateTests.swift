import Market
import PortfolioFile
import Research
import Testing

@Suite struct TemplateTests {
  @Test(arguments: [
    ([Timeframe.d1], [1.0]),
    ([.d1, .h1], [0.7, 0.3]),
    ([.d1, .h1, .h4], [0.6, 0.3, 0.1]),
    ([.m15, .h1, .h4, .d1], [1, 0.5, 0.25, 0.125]),
  ])
  func `three lines that load, the finest timeframe weighing most`(
    timeframes: [Timeframe], weights: [Double]
  ) throws {
    let text = PortfolioFile.template(symbols: ["ETH", "NO"], timeframes: timeframes)
    let resolved = try resolve(text)
    #expect(resolved.portfolio.symbols == ["ETH", "NO"])
    #expect(resolved.portfolio.timeframes.map(\.timeframe) == timeframes.sorted())
    #expect(resolved.portfolio.timeframes.map(\.weight) == weights)
    #expect(resolved.portfolio.profile == .balanced)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines.count == 3)
  }

  @Test func `the steps above a primary are those that bars can be made for`() {
    #expect(PortfolioFile.timeframes(from: .h1, of: [.continuous]) == [.h1, .h4, .d1])
    #expect(PortfolioFile.timeframes(from: .h1, of: [.weekdays]) == [.h1, .h4, .d1])
    #expect(PortfolioFile.timeframes(from: .h1, of: [.continuous, .sessions]) == [.h1, .d1, .w1])
    #expect(PortfolioFile.timeframes(from: .w1, of: [.sessions]) == [.w1])
  }

  @Test func `writes the market where the instruments leave it open`() throws {
    let text = PortfolioFile.template(
      symbols: ["BTC", "ETH"], timeframes: [.d1], market: .equities)
    let mixed = try resolve(
      text, calendars: ["BTC": (.continuous, "coin"), "ETH": (.sessions, "stock")])
    #expect(mixed.portfolio.market == .equities)
    #expect(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.count == 4)
  }

  @Test func `leaves out what cannot stand beside the finest`() throws {
    let text = PortfolioFile.template(
      symbols: ["A"], timeframes: [.h12, .h8, .d1], profile: .conservative)
    let portfolio = try resolve(text).portfolio
    #expect(portfolio.timeframes.map(\.timeframe) == [.h8, .d1])
    #expect(portfolio.profile == .conservative)
  }
}
