import Market
import Research
import Signals

/// Whether what is written does something beside the rest. A key that looks like protection and is none
/// would be a silent failure.
extension Resolution {
  func checkIdle() throws(PortfolioFileError) {
    for companion in Companion.all {
      try checkIdle(companion)
    }
    try checkColumn()
  }

  /// A key that only says how another rule works.
  private struct Companion: Sendable {
    var path: String
    var needs: String
    var isIdle: @Sendable (EntrySettings, ExitSettings) -> Bool

    private static let levelRules = "'exit.breakdown', 'exit.macd_breakdown' or 'exit.rejection'"

    static let all = [
      Companion(path: "entry.rsi_period", needs: "'entry.rsi'") { entry, _ in
        entry.extremes.rsi == nil
      },
      Companion(path: "entry.bollinger_period", needs: "'entry.bollinger'") { entry, _ in
        entry.extremes.bollinger == nil
      },
      Companion(path: "exit.rsi_period", needs: "'exit.rsi' or 'exit.rejection'") {
        $1.extremes.rsi == nil && $1.breaks.rejection == nil
      },
      Companion(path: "exit.bollinger_period", needs: "'exit.bollinger'") {
        $1.extremes.bollinger == nil
      },
      Companion(path: "exit.trailing_after", needs: "'exit.trailing'") { $1[.trailing] == nil },
      Companion(path: "exit.atr_timeframe", needs: "'exit.atr_stop'") { $1[.atrStop] == nil },
      Companion(path: "exit.breakeven_offset", needs: "'exit.breakeven'") {
        $1[.breakeven] == nil
      },
      Companion(path: "exit.confirm", needs: "'exit.regime_change'") {
        $1[.regimeChange] == nil
      },
      Companion(path: "exit.rejection_rsi", needs: "'exit.rejection'") {
        $1.breaks.rejection == nil
      },
      Companion(path: "exit.volume_period", needs: "'exit.breakdown' or 'exit.macd_breakdown'") {
        $1.breaks.breakdown == nil && $1.breaks.macdBreakdown == nil
      },
      Companion(path: "exit.level_reach", needs: levelRules) { $1.breaks.isOff },
      Companion(path: "exit.ease_period", needs: levelRules) { $1.breaks.isOff },
      Companion(path: "exit.intrabar", needs: "a stop, trail or target in 'exit'") { _, exit in
        let levels: [ExitSettings.Level] = [
          .target, .stop, .trailing, .atrStop, .sigmaStop, .atrTrailing, .breakeven,
        ]
        return levels.allSatisfy { exit[$0] == nil }
      },
    ]
  }

  private func checkIdle(_ companion: Companion) throws(PortfolioFileError) {
    func isIdle(_ symbol: Symbol) -> Bool {
      companion.isIdle(portfolio.entry(for: symbol), portfolio.exit(for: symbol))
    }
    // What is written for all symbols may be there for the sake of one.
    var symbols: [Symbol?] = portfolio.symbols.allSatisfy(isIdle) ? [nil] : []
    symbols += portfolio.symbols.filter(isIdle)
    for symbol in symbols {
      if let place = placeOfChange(companion.path, symbol) {
        throw place.error(
          "'\(companion.path)' does nothing without \(companion.needs); write that too, or neither")
      }
    }
  }

  /// A column opens positions by itself: no symbol may be without one, and what forecasts and
  /// allocations are bounded by is not asked.
  private func checkColumn() throws(PortfolioFileError) {
    let path = "entry.signal"
    guard let first = portfolio.symbols.first(where: { portfolio.entry(for: $0).signal != nil })
    else { return }
    for symbol in portfolio.symbols where portfolio.entry(for: symbol).signal == nil {
      let place = written.bySymbol[symbol]?[path] ?? written.bySymbol[first]?[path]
      throw (place?.place ?? self.place(of: path)).error(
        "'\(path)' names a column for \(first) but none for \(symbol); name one for every symbol")
    }
    let others = SettingKey.all.map(\.path).filter { other in
      other.hasPrefix("limits.")
        || (other.hasPrefix("entry.") && other != path && other != "entry.short")
    }
    for other in others {
      for symbol in [nil] + portfolio.symbols {
        if let place = placeOfChange(other, symbol) {
          throw place.error(
            "'\(other)' does nothing beside '\(path)', which opens positions without forecasts,"
              + " allocation and limits; take one of them out")
        }
      }
    }
  }

  /// Where a value was written that is not what it is without the file; nil where none was. A resolved
  /// file, which says everything, changes nothing.
  /// - Parameter symbol: for which it was written; nil for all.
  private func placeOfChange(_ path: String, _ symbol: Symbol?) -> Place? {
    guard let key = SettingKey.named(path),
      let value = symbol.map({ written.bySymbol[$0]?[path] }) ?? written.common[path]
    else { return nil }
    let view = symbol.flatMap { key.scope?.view(portfolio, $0) } ?? portfolio
    return key.text(in: view) == key.text(in: defaults) ? nil : value.place
  }
}
