public import Market
public import Models
public import SignalGraph

/// Why a portfolio could not be trained or run, and what to do about it.
public enum ResearchError: Error, Equatable {
  case noTestWindow(start: Timestamp, first: Timestamp, end: Timestamp)
  case noBars(Symbol, Timeframe)
  /// Intraday bars cannot be made of finer ones where the market has sessions.
  case partialSessions(Symbol, Timeframe, Timeframe)
  case benchmarkTooShort(
    Symbol, first: Timestamp, last: Timestamp, start: Timestamp, end: Timestamp)
  case noCommonHistory
  case tooFewDays(days: Int, groups: Int)
  case training(TrainingError)
  /// No target of a fold's part can be reached; `window` is the bars that a windowed network reads first.
  case noTargets(Timeframe, fold: String, part: String, window: Int?)
  case modelMissing(NodeKey, fold: String, portfolio: String)
  case noServingModel(NodeKey, portfolio: String)
  case servingModelDiffers(NodeKey, setting: String, portfolio: String)
  case noLearnedSizes(NodeKey, portfolio: String)
  case gateDamaged(NodeKey, file: String, portfolio: String)
  case gateOfOtherSettings(NodeKey, portfolio: String)
  case noSymbolsLeft
}

extension ResearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTestWindow(let start, let first, let end):
      "the first test window starts at \(first), but bars run from \(start) to \(end); "
        + "set split.start (and split.end) within them"
    case .noBars(let symbol, let timeframe):
      "no bars of \(symbol) on \(timeframe) or finer; ingest them with "
        + "`regimefolio ingest FILE --symbol \(symbol)`"
    case .partialSessions(let symbol, let timeframe, let finer):
      "\(symbol): bars of \(timeframe) cannot be made of \(finer) bars, since sessions do not fill them; "
        + "ingest bars of \(timeframe), or take the timeframe out"
    case .benchmarkTooShort(let symbol, let first, let last, let start, let end):
      // The ends are closes: one at midnight ends the day before.
      "the benchmark \(symbol) has bars from \(first.date) to \((last - 1).date), the run goes from "
        + "\(start.date) to \((end - 1).date): ingest the rest, set split.start or split.end, or take "
        + "the key benchmark out"
    case .noCommonHistory:
      "the symbols have no time in common; ingest histories that overlap"
    case .tooFewDays(let days, let groups):
      "\(days) days cannot be cut into \(groups) groups; set split.cpcv_groups lower, or ingest more bars"
    case .training(let error): error.description
    case .noTargets(let timeframe, let fold, let part, let window):
      if let window {
        "forecast of \(timeframe): in fold \(fold) no window of \(window) bars ends in its \(part) "
          + "part; make forecast.window shorter, start the first test window (split.start) later, or "
          + "ingest earlier bars"
      } else {
        "forecast of \(timeframe): in fold \(fold) no bar of its \(part) part has a target; start "
          + "the first test window (split.start) later, give early stopping a larger share "
          + "(split.early_stopping), or ingest earlier bars"
      }
    case .modelMissing(let key, let fold, let portfolio):
      "no model of \(key) for fold \(fold); train it with `regimefolio train \(portfolio)`"
    case .noServingModel(let key, let portfolio):
      "no serving model of \(key); train it with `regimefolio train \(portfolio)`"
    case .servingModelDiffers(let key, let setting, let portfolio):
      "the serving model of \(key) was trained with another \(setting); "
        + "train with `regimefolio train \(portfolio)`"
    case .noLearnedSizes(let key, let portfolio):
      "the serving model of \(key) is imported and has no record to learn regime sizes from; write "
        + "'regime.size', or train one with `regimefolio train \(portfolio)`"
    case .gateDamaged(let key, let file, let portfolio):
      "\(file) of the serving model of \(key) is damaged; "
        + "write it anew with `regimefolio train \(portfolio)`"
    case .gateOfOtherSettings(let key, let portfolio):
      "the gate of \(key) was earned under other settings of 'split', 'inference.every', 'symbols' "
        + "or what else a record depends on; `regimefolio train \(portfolio)` earns it anew and keeps "
        + "the models"
    case .noSymbolsLeft:
      "every symbol was excluded for want of history; ingest more bars"
    }
  }
}
