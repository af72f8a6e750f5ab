public import Market
public import Models
public import Signals

/// Pairs what one node said with what came of it, bar by bar.
public struct OutcomeRecorder: Sendable {
  public private(set) var forecasts: [SkillRecord.Pair] = []
  /// One for each time that regimes were given.
  public private(set) var regimes: [RegimeRecord.Pair] = []
  private let symbol: Symbol
  private var said: (forecast: Double?, regime: [Double]?, sigma: Double)?

  public init(_ symbol: Symbol) {
    self.symbol = symbol
  }

  /// The next bar: it is the outcome of what was said last, unless slots are missing in between.
  public mutating func close(_ row: NodeRow) {
    defer { said = nil }
    guard let last = said, let logReturn = row.logReturn, row.missingBefore == 0, last.sigma > 0
    else { return }
    let (knownAt, outcome) = (row.knownAt, logReturn / last.sigma)
    if let forecast = last.forecast {
      forecasts.append(
        .init(knownAt: knownAt, symbol: symbol, forecast: forecast, outcome: outcome))
    }
    if let regime = last.regime {
      regimes.append(
        .init(knownAt: knownAt, symbol: symbol, probabilities: regime, outcome: outcome))
    }
  }

  /// What was said at the close of the last bar.
  /// - Parameters:
  ///   - forecast: of the next log return, in sigmas.
  ///   - regime: probabilities of the states at the next bar.
  ///   - variance: the square of that sigma.
  public mutating func say(_ forecast: Double?, regime: [Double]? = nil, variance: Double) {
    said = (forecast, regime, variance.squareRoot())
  }
}
