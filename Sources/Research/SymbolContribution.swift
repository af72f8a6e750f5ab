public import Engine
public import Market
import Trading

/// What one symbol added to a run.
public struct SymbolContribution: Sendable, Equatable {
  public var symbol: Symbol
  /// Change in value of what was held, after the costs of its fills, in currency.
  public var profit: Double
  /// Of it, still in open positions at the last mark.
  public var unrealised: Double
  /// Commission and slippage of its fills, in currency.
  public var costs: Double
  public var fills: Int
  /// Notional traded, in currency.
  public var traded: Double
  /// Mean weight at the closes at which there was equity, signed.
  public var meanWeight: Double

  /// One a symbol of the run. Their profits add up to the change of equity less interest and what else
  /// was charged on the account and not on a trade.
  public static func all(_ run: EngineRun) -> [SymbolContribution] {
    let count = run.symbols.count
    var found = run.symbols.map {
      SymbolContribution(
        symbol: $0, profit: 0, unrealised: 0, costs: 0, fills: 0, traded: 0, meanWeight: 0)
    }
    for fill in run.fills {
      guard let index = run.symbols.firstIndex(of: fill.symbol) else { continue }
      found[index].profit -= fill.quantity * fill.price + fill.fee
      found[index].costs += fill.cost
      found[index].traded += abs(fill.quantity * fill.price)
      found[index].fills += 1
    }
    for index in run.symbols.indices {
      let held = run.book.quantities[index]
      if held != 0, let mark = run.book.marks[index] {
        found[index].profit += held * mark
        if let entry = run.book.entryPrices[index] {
          found[index].unrealised = held * (mark - entry)
        }
      }
      var (sum, closes) = (0.0, 0)
      for step in run.times.indices where run.equity[step] > 0 {
        sum += run.weights[step * count + index]
        closes += 1
      }
      found[index].meanWeight = sum / Double(max(1, closes))
    }
    return found
  }
}
