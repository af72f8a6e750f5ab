public import Market
public import Research

extension PortfolioFile {
  /// Bars of a step in the first training window below which `init` leaves it out: the observations of a regime
  /// model (`model.min_bars`), and those that indicators warm up over.
  private static let fewestBars = 150.0

  /// A primary timeframe with those of the two steps above it that bars can be made for, and enough to train on.
  ///
  /// - Parameter length: milliseconds of the history that folds are cut from; the first training window is two
  ///   fifths of it (`split.start`).
  public static func timeframes(
    from primary: Timeframe, of calendars: some Collection<TradingCalendar>, over length: Int64
  ) -> [Timeframe] {
    let ladder: [Timeframe] = [.m1, .m15, .h1, .h4, .d1, .w1]
    let coarser = ladder.filter { step in
      step > primary && calendars.allSatisfy { $0.canMake(step) }
    }
    let years = Double(length) * 2 / 5 / Double(365 * Timestamp.millisecondsPerDay)
    return [primary]
      + coarser.prefix(2).filter { step in
        calendars.allSatisfy { $0.barsPerYear(step) * years >= fewestBars }
      }
  }

  /// A portfolio file of three lines, with comments that lead on: what `init` writes.
  ///
  /// - Parameters:
  ///   - symbols: one or more; written in order, each once.
  ///   - timeframes: one or more. Those that are no multiple of the finest are left out, for a
  ///     portfolio cannot hold them beside it.
  ///   - market: whose costs and volatility target the profile takes; nil leaves it to the instruments,
  ///     which must keep one calendar then.
  ///   - late: symbols that begin long after the others; each joins when it has bars enough.
  public static func template(
    symbols: [Symbol], timeframes: [Timeframe], profile: Portfolio.Profile = .balanced,
    market: Portfolio.MarketKind? = nil, late: [Symbol] = []
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
    let ofLate =
      late.isEmpty
      ? ""
      : """
      # Bars begin late of \(late.map(\.name).joined(separator: ", ")): a symbol is left out of the folds
      # before it has enough; without this all wait for the youngest.
      model: {on_missing: exclude}

      """
    return """
      # A portfolio. These three lines are complete; every other value has a default.
      # 'regimefolio check FILE --effective' prints them all, with the origin of each.

      # Appetite for risk: \(profiles).
      profile: \(profile.rawValue)
      # What to hold.
      symbols: \(SettingKind.symbols.write(Set(symbols).sorted()))
      # How much each timeframe's forecast counts; the finest is the one to step on.
      timeframes: \(SettingKind.timeframeWeights.write(weights))

      """ + ofMarket + ofLate
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
