public import Market
public import Models
public import SignalGraph

/// Why a portfolio could not be trained or run, and what to do about it.
public enum ResearchError: Error, Equatable {
  case noTestWindow(start: Timestamp, first: Timestamp, end: Timestamp)
  case noBars(Symbol, Timeframe)
  case noCommonHistory
  case tooFewDays(days: Int, groups: Int)
  case training(TrainingError)
  case bundle(BundleError)
  case modelMissing(NodeKey, fold: String, portfolio: String)
  case noServingModel(NodeKey, portfolio: String)
  case servingModelDiffers(NodeKey, setting: String, portfolio: String)
  case noLearnedSizes(NodeKey, portfolio: String)
  case gateDamaged(NodeKey, portfolio: String)
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
    case .noCommonHistory:
      "the symbols have no time in common; ingest histories that overlap"
    case .tooFewDays(let days, let groups):
      "\(days) days cannot be cut into \(groups) groups; set split.cpcv_groups lower, or ingest more bars"
    case .training(let error): error.description
    case .bundle(let error): error.description
    case .modelMissing(let key, let fold, let portfolio):
      "no model of \(key) for fold \(fold); train it with `regimefolio train \(portfolio)`"
    case .noServingModel(let key, let portfolio):
      "no serving model of \(key); train it with `regimefolio train \(portfolio)`"
    case .servingModelDiffers(let key, let setting, let portfolio):
      "the serving model of \(key) was trained with another \(setting); "
        + "train with `regimefolio train \(portfolio)`"
    case .noLearnedSizes(let key, let portfolio):
      "no regime sizes were learned beside the serving model of \(key); `regimefolio train \(portfolio)`"
        + " keeps the models and writes down their record"
    case .gateDamaged(let key, let portfolio):
      "gate.json of the serving model of \(key) is damaged; "
        + "write it anew with `regimefolio train \(portfolio)`"
    case .noSymbolsLeft:
      "every symbol was excluded for want of history; ingest more bars"
    }
  }
}
