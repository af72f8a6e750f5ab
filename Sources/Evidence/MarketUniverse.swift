public import Market

/// A set of real series with the test windows on which forecasts are judged.
public struct MarketUniverse: Sendable, Equatable {
  public var name: String
  public var timeframe: Timeframe
  /// Sorted.
  public var symbols: [Symbol]
  /// What begins the name of a symbol's file, and its end: `BTCUSDT_1h.csv`.
  var fileEnding: String
  /// Bars in the files; slower ones are made of them.
  public var given: Timeframe
  public var calendar: TradingCalendar
  /// Open of the first of four test windows, and the end of the last.
  var start: Timestamp
  var end: Timestamp

  public func file(of symbol: Symbol) -> String { symbol.name + fileEnding }

  private static func crypto(
    _ name: String, _ timeframe: Timeframe, _ symbols: [String] = ["BTC", "ETH", "LINK", "SOL"]
  ) -> MarketUniverse {
    MarketUniverse(
      name: name, timeframe: timeframe, symbols: symbols.map { Symbol("\($0)USDT") },
      fileEnding: "_\(timeframe.name).csv", given: timeframe, calendar: .continuous,
      start: Timestamp(year: 2022, month: 4, day: 1), end: Timestamp(year: 2024, month: 4, day: 1))
  }

  private static func stocks(
    _ name: String, _ timeframe: Timeframe,
    _ symbols: [String] = ["AAPL", "CAT", "GE", "IBM", "JNJ", "JPM", "KO", "MSFT", "WMT", "XOM"]
  ) -> MarketUniverse {
    MarketUniverse(
      name: name, timeframe: timeframe, symbols: symbols.map { Symbol($0) },
      fileEnding: "_2006-01-01_to_2018-01-01.csv", given: .d1, calendar: .sessions,
      start: Timestamp(year: 2011, month: 1, day: 1), end: Timestamp(year: 2018, month: 1, day: 1))
  }

  /// Four coins and ten stocks: those of the study by which the models were designed.
  public static let all = [
    crypto("crypto 1h", .h1), crypto("crypto 4h", .h4), crypto("crypto 1d", .d1),
    stocks("stocks 1d", .d1), stocks("stocks 1w", .w1),
  ]

  /// Nine coins by the hour and 31 stocks by the day: whole portfolios.
  public static let portfolios = [
    crypto(
      "9 coins", .h1, ["AVAX", "BNB", "BTC", "DOGE", "ETH", "LINK", "MATIC", "NEAR", "SOL"]),
    stocks(
      "31 stocks", .d1,
      [
        "AABA", "AAPL", "AMZN", "AXP", "BA", "CAT", "CSCO", "CVX", "DIS", "GE", "GOOGL", "GS", "HD",
        "IBM", "INTC", "JNJ", "JPM", "KO", "MCD", "MMM", "MRK", "MSFT", "NKE", "PFE", "PG", "TRV",
        "UNH", "UTX", "VZ", "WMT", "XOM",
      ]),
  ]
}
