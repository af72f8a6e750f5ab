public import Market

/// Why models could not be fitted, and what to do about it.
public enum TrainingError: Error, Equatable {
  case tooLittleHistory(symbol: Symbol, timeframe: Timeframe, found: Int, needed: Int)
  case regime(symbol: Symbol, timeframe: Timeframe, HMMError)
  case forecast(timeframe: Timeframe, LSTMError)
  case variance(timeframe: Timeframe, LSTMError)
  case noReturns(symbol: Symbol, timeframe: Timeframe)
  /// A feature has no value in the whole training part: its column begins later, or the bars do.
  case noFeatures(symbol: Symbol, timeframe: Timeframe, by: Timestamp)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLittleHistory(let symbol, let timeframe, let found, let needed):
      "\(symbol) \(timeframe): \(found) bars up to the training end, \(needed) needed; "
        + "ingest earlier ones, start the first test window (split.start) later, leave such symbols "
        + "out (model.on_missing: exclude), or take \(timeframe) out of `timeframes`"
    case .regime(let symbol, let timeframe, let error):
      "\(symbol) \(timeframe): \(error)"
    case .forecast(let timeframe, let error):
      "forecast of \(timeframe): \(error)" + TrainingError.mend(error, group: "forecast")
    case .variance(let timeframe, let error):
      "variance of \(timeframe): \(error)" + TrainingError.mend(error, group: "variance")
    case .noReturns(let symbol, let timeframe):
      "\(symbol) \(timeframe): no return in the training window; look at its bars with "
        + "`regimefolio data check`, or leave such symbols out (model.on_missing: exclude)"
    case .noFeatures(let symbol, let timeframe, let end):
      "\(symbol) \(timeframe): no complete row of features before \(end); take the column that "
        + "begins later out of `features`, ingest earlier bars, start the first test window "
        + "(split.start) later, or leave such symbols out (model.on_missing: exclude)"
    }
  }
  /// What mends a diverged fit: the keys of the portfolio file and a rate to try.
  private static func mend(_ error: LSTMError, group: String) -> String {
    guard case .diverged(_, _, let rate) = error else { return "" }
    return " (\(group).rate, \(group).clip), as in `regimefolio train PORTFOLIO --set "
      + "\(group).rate=\(rate / 10)`"
  }
}
