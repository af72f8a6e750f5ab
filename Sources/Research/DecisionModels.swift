public import Market
import SignalGraph

/// When a decision was taken, and up to which close the models behind it had seen bars.
public struct DecisionModels: Sendable, Equatable {
  public var decidedAt: Timestamp
  /// Nil where the models do not say.
  public var trainedTo: Timestamp?
  /// Of the models that serve, by which `allocate` decides.
  public var servingTrainedTo: Timestamp?

  public init(decidedAt: Timestamp, trainedTo: Timestamp?, servingTrainedTo: Timestamp?) {
    self.decidedAt = decidedAt
    self.trainedTo = trainedTo
    self.servingTrainedTo = servingTrainedTo
  }
}

extension Backtest {
  /// What stands behind the last decision of all weights, which the last test window may have none of.
  func lastDecisionModels(_ outcome: Outcome) -> DecisionModels? {
    guard let last = outcome.decisions.last(where: { $0.allocation != nil }) else { return nil }
    func trainedTo(_ fold: Fold?) -> Timestamp? {
      fold.flatMap { fold in models.nodes(of: fold).compactMap { $0.bundle.trainedTo }.max() }
    }
    return DecisionModels(
      decidedAt: last.now,
      trainedTo: trainedTo(plan.folds.outer.last { $0.testFrom <= last.now }),
      servingTrainedTo: trainedTo(plan.folds.serving))
  }
}
