public import Market
public import Models
public import SignalGraph

/// Why a portfolio could not be trained or run, and what to do about it.
public enum ResearchError: Error, Equatable {
  case noTestWindow(start: Timestamp, first: Timestamp, end: Timestamp)
  /// Some symbols have no bars yet where the first test window starts, and may not be left out.
  case listedTooLate([SymbolListing], start: Timestamp)
  case noBars(Symbol, Timeframe)
  /// Intraday bars cannot be made of finer ones where the market has sessions.
  case partialSessions(Symbol, Timeframe, Timeframe)
  case benchmarkTooShort(
    Symbol, first: Timestamp, last: Timestamp, start: Timestamp, end: Timestamp)
  case noCommonHistory
  /// `observations`: the returns that go before the first group.
  case tooFewDays(days: Int, groups: Int, observations: Int)
  case training(TrainingError)
  /// No target of a fold's part can be reached: `symbol` where its networks are its own, nil where they
  /// are those of all symbols; `window` is the bars that a windowed network reads first.
  case noTargets(Timeframe, symbol: Symbol?, fold: String, part: String, window: Int?)
  case modelMissing(NodeKey, fold: String, portfolio: String)
  case noServingModel(NodeKey, portfolio: String)
  case servingModelDiffers(NodeKey, setting: String, portfolio: String)
  case noLearnedSizes(NodeKey, portfolio: String)
  case gateDamaged(NodeKey, file: String, portfolio: String)
  case gateOfOtherSettings(NodeKey, portfolio: String)
  /// Why each was left out, in words; empty where no symbol has bars.
  case noSymbolsLeft([String])
}

extension ResearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTestWindow(let start, let first, let end):
      "the first test window starts at \(first), but bars run from \(start) to \(end); "
        + "set split.start (and split.end) within them"
    case .listedTooLate(let late, let start):
      "the first test window starts at \(start.date), but "
        + late.map { "\($0.symbol) has bars only from \($0.first.date) on" }.joined(separator: ", ")
        + ": let it join when it has bars enough (model.on_missing: exclude), take it out, or set "
        + "split.start later"
    case .noBars(let symbol, let timeframe):
      "no bars of \(symbol) on \(timeframe) or finer; ingest them with "
        + "`regimefolio ingest FILE --symbol \(symbol.name.shellWord)`"
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
    case .tooFewDays(let days, let groups, let observations):
      // Baselines that size by risk need their returns whatever the setting says.
      "\(days) days after the first \(observations) returns cannot be cut into \(groups) groups; set "
        + "split.cpcv_groups"
        + (observations > Baseline.minimumObservations ? " or allocation.min_observations" : "")
        + " lower, or ingest more bars"
    case .training(let error): error.description
    case .noTargets(let timeframe, let symbol, let fold, let part, let window):
      ResearchError.lacksTargets(timeframe, symbol, fold: fold, part: part, window: window)
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
      "no gate of \(key) was earned under these settings of 'split', 'inference.every', 'symbols' "
        + "or what else a record depends on; `regimefolio train \(portfolio)` earns one and keeps "
        + "the models"
    case .noSymbolsLeft(let reasons):
      "every symbol is left out for want of history\(ResearchError.bracketed(reasons)); ingest more bars, "
        + "or ask for fewer (model.min_bars, split.window)"
    }
  }

  /// The first dozen in brackets; nothing for none.
  private static func bracketed(_ reasons: [String]) -> String {
    guard !reasons.isEmpty else { return "" }
    let more = reasons.count > 12 ? " and \(reasons.count - 12) more" : ""
    return " (\(reasons.prefix(12).joined(separator: "; "))\(more))"
  }

  private static func lacksTargets(
    _ timeframe: Timeframe, _ symbol: Symbol?, fold: String, part: String, window: Int?
  ) -> String {
    let node = symbol.map { NodeKey($0, timeframe).description } ?? timeframe.description
    let lacking =
      if let window {
        "no window of \(window) bars ends in its \(part) part; make forecast.window shorter"
      } else {
        "no bar of its \(part) part has a target; give early stopping a larger share "
          + "(split.early_stopping)"
      }
    // Networks that symbols share are trained by the others.
    let alone =
      symbol == nil
      ? ""
      : "let a symbol that has none, as one that trades no more, do without a forecast "
        + "(model.on_missing: exclude), "
    return "forecast of \(node): in fold \(fold) \(lacking), \(alone)start the first test window "
      + "(split.start) later, or ingest earlier bars"
  }
}
