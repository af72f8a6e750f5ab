import Allocation
import Kernels
import Market
import Models

/// What a record of forecasts depends on that no model's id tells.
extension Portfolio {
  /// 16 digits that name the settings which decide what the models of a timeframe have earned: how
  /// history is cut, over whose bars, how often the models are asked and, where sizes are learned, by
  /// which prior. Portfolios that differ in them may share their models, but not the gate.
  public func recordKey(_ timeframe: Timeframe) -> String {
    var lines = [
      "symbols=\(symbols.map(\.name))",
      "primary=\(primary)",
      "forecast=\(timeframes.contains { $0.timeframe == timeframe && $0.weight > 0 })",
      "forecast.min_bars=\(forecast.minimumBars)",
      "model.on_missing=\(onMissing.rawValue)",
      "inference.every=\(inferenceEvery)",
      "split.walk_forward=\(split.walkForward.rawValue)",
      "split.start=\(split.start?.description ?? "none")",
      "split.end=\(split.end?.description ?? "none")",
      split.every.map { "split.every=\($0)" } ?? "split.folds=\(split.folds)",
      "split.inner_folds=\(split.innerFolds)",
      "split.early_stopping=\(split.earlyStopping)",
      "split.embargo=\(split.embargo)",
    ]
    switch split.walkForward {
    case .expanding: break
    case .rolling: lines.append("split.window=\(split.window)")
    case .anchored: lines.append("split.anchor=\(split.anchor?.description ?? "none")")
    }
    if learnsSizes(of: timeframe) {
      lines += [
        "regime.size=learned of \(regime.size.count)",
        "allocation.tilt.sharpe=\(allocation.sharpeOfPrior)",
      ]
    }
    var sha = SHA256()
    for line in lines { sha.update(line) }
    return String(sha.hex().prefix(16))
  }

  /// Whether the regimes of a timeframe size positions by what they have earned.
  func learnsSizes(of timeframe: Timeframe) -> Bool {
    regime.learnsSize
      && regime.sizingWeights(over: timeframes.map(\.timeframe)).contains {
        $0.timeframe == timeframe
      }
  }
}
