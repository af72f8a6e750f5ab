import Market
import SignalGraph

extension Backtest {
  /// Models that had seen bars on which they are judged, one line each; a run with any is in sample.
  /// Those of the inner folds count, since the gate rests on them.
  ///
  /// What a model has seen is what its bundle says, not what the plan asked for: a bundle that was
  /// imported or copied keeps the dates of its own training.
  public var leaks: [String] {
    var lines: [String] = []
    for fold in plan.folds.inner + plan.folds.outer {
      for (key, bundle) in models.nodes(of: fold) {
        guard let seen = bundle.trainedTo else {
          lines.append(
            "the model of \(key) from \(fold.testFrom.date) on (\(bundle.id.prefix(12))) does not say "
              + "up to when it was trained")
          continue
        }
        guard seen > fold.testFrom else { continue }
        lines.append(
          "the model of \(key) from \(fold.testFrom.date) on (\(bundle.id.prefix(12))) was trained on "
            + "bars up to \(seen), which it is judged on")
      }
    }
    return lines
  }
}
