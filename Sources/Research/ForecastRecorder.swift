public import Market
public import Models
public import Signals

/// Pairs one node's forecasts with what came of them, bar by bar.
public struct ForecastRecorder: Sendable {
  public private(set) var pairs: [SkillRecord.Pair] = []
  private let symbol: Symbol
  private var said: (forecast: Double, sigma: Double)?

  public init(_ symbol: Symbol) {
    self.symbol = symbol
  }

  /// The next bar: it is the outcome of the last forecast, unless slots are missing in between.
  public mutating func close(_ row: NodeRow) {
    if let last = said, let outcome = row.logReturn, row.missingBefore == 0, last.sigma > 0 {
      pairs.append(
        SkillRecord.Pair(
          knownAt: row.knownAt, symbol: symbol, forecast: last.forecast,
          outcome: outcome / last.sigma))
    }
    said = nil
  }

  /// The forecast that was made at the close of the last bar.
  /// - Parameters:
  ///   - forecast: of the next log return, in sigmas.
  ///   - variance: the square of that sigma.
  public mutating func say(_ forecast: Double, variance: Double) {
    said = (forecast, variance.squareRoot())
  }
}
