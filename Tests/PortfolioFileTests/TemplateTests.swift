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

  private let day = Timestamp.millisecondsPerDay

  @Test func `the steps above a primary are those that bars can be made for`() {
    let long = 3650 * day
    func steps(_ primary: Timeframe, _ calendars: [TradingCalendar]) -> [Timeframe] {
      PortfolioFile.timeframes(from: primary, of: calendars, over: long)
    }
    #expect(steps(.h1, [.continuous]) == [.h1, .h4, .d1])
    #expect(steps(.h1, [.weekdays]) == [.h1, .h4, .d1])
    #expect(steps(.h1, [.continuous, .sessions]) == [.h1, .d1, .w1])
    #expect(steps(.w1, [.sessions]) == [.w1])
  }

  @Test(
    arguments: [
      // Two fifths of three years: 302 days and 62 weeks of sessions; of seven: 145 weeks.
      (Timeframe.h1, TradingCalendar.sessions, 1095, [Timeframe.h1, .d1]),
      (.h1, .sessions, 2555, [.h1, .d1]), (.h1, .sessions, 2700, [.h1, .d1, .w1]),
      (.d1, .continuous, 1300, [.d1]), (.d1, .sessions, 4382, [.d1, .w1]),
      (.h1, .continuous, 360, [.h1, .h4]), (.h1, .continuous, 400, [.h1, .h4, .d1]),
      (.h1, .continuous, 3, [.h1]), (.h1, .weekdays, 0, [.h1]),
    ] as [(Timeframe, TradingCalendar, Int64, [Timeframe])])
  func `a step with too few bars in the first training window is left out`(
    primary: Timeframe, calendar: TradingCalendar, days: Int64, expected: [Timeframe]
  ) {
    #expect(
      PortfolioFile.timeframes(from: primary, of: [calendar], over: days * day) == expected)
  }

  @Test func `writes the market where the instruments leave it open`() throws {
    let text = PortfolioFile.template(
      symbols: ["BTC", "ETH"], timeframes: [.d1], market: .equities)
    let mixed = try resolve(
      text, calendars: ["BTC": (.continuous, "coin"), "ETH": (.sessions, "stock")])
    #expect(mixed.portfolio.market == .equities)
    #expect(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.count == 4)
  }

  @Test func `lets symbols join that begin late`() throws {
    let text = PortfolioFile.template(symbols: ["BTC", "NEW"], timeframes: [.d1], late: ["NEW"])
    #expect(try resolve(text).portfolio.onMissing == .exclude)
    #expect(text.contains("late of NEW"))
    let all = PortfolioFile.template(symbols: ["BTC", "NEW"], timeframes: [.d1])
    #expect(try resolve(all).portfolio.onMissing == .error)
  }

  @Test func `leaves out what cannot stand beside the finest`() throws {
    let text = PortfolioFile.template(
      symbols: ["A"], timeframes: [.h12, .h8, .d1], profile: .conservative)
    let portfolio = try resolve(text).portfolio
    #expect(portfolio.timeframes.map(\.timeframe) == [.h8, .d1])
    #expect(portfolio.profile == .conservative)
  }
}
