public import Market
public import Research

extension PortfolioFile {
  /// A primary timeframe with the two steps above it that bars can be made for.
  public static func timeframes(
    from primary: Timeframe, of calendars: some Sequence<TradingCalendar>
  ) -> [Timeframe] {
    let ladder: [Timeframe] = [.m1, .m15, .h1, .h4, .d1, .w1]
    let coarser = ladder.filter { step in
      step > primary && calendars.allSatisfy { $0.canMake(step) }
    }
    return [primary] + coarser.prefix(2)
  }

  /// A portfolio file of three lines, with comments that lead on: what `init` writes.
  ///
  /// - Parameters:
  ///   - symbols: one or more; written in order, each once.
  ///   - timeframes: one or more. Those that are no multiple of the finest are left out, for a
  ///     portfolio cannot hold them beside it.
  ///   - market: whose costs and volatility target the profile takes; nil leaves it to the instruments,
  ///     which must keep one calendar then.
  public static func template(
    symbols: [Symbol], timeframes: [Timeframe], profile: Portfolio.Profile = .balanced,
    market: Portfolio.MarketKind? = nil
  ) -> String {
    precondition(!symbols.isEmpty && !timeframes.isEmpty)
    let sorted = Set(timeframes).sorted()
    let chosen = sorted.filter { $0.milliseconds % sorted[0].milliseconds == 0 }
    let weights = zip(chosen, forecastWeights(chosen.count)).map {
      Portfolio.TimeframeWeight(timeframe: $0, weight: $1)
    }
    let profiles = Portfolio.Profile.allCases.map(\.rawValue).joined(separator: " | ")
    let markets = Portfolio.MarketKind.allCases.map(\.rawValue).joined(separator: " | ")
    let ofMarket =
      market.map { market in
        """
        # Its symbols trade at different times: whose costs and volatility target, \(markets)?
        market: \(market.rawValue)

        """
      } ?? ""
    return """
      # A portfolio. These three lines are complete; every other value has a default.
      # 'regimefolio check FILE --effective' prints them all, with the origin of each.

      # Appetite for risk: \(profiles).
      profile: \(profile.rawValue)
      # What to hold.
      symbols: \(SettingKind.symbols.write(Set(symbols).sorted()))
      # How much each timeframe's forecast counts; the finest is the one to step on.
      timeframes: \(SettingKind.timeframeWeights.write(weights))

      """ + ofMarket
  }

  /// Weights that fall with the length of the bar; a slow forecast has little evidence behind it.
  private static func forecastWeights(_ count: Int) -> [Double] {
    switch count {
    case 1: [1]
    case 2: [0.7, 0.3]
    case 3: [0.6, 0.3, 0.1]
    default: (0..<count).map { 1 / Double(1 << $0) }
    }
  }
}
