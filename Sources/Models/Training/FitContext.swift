/// Where and how a pool is fitted. Nothing in it reaches a result.
public struct FitContext: Sendable {
  /// What happens while a pool is fitted.
  public enum Event: Sendable, Equatable {
    /// A member of the ensemble goes on from a checkpoint, with its next epoch.
    case resumed(member: String, epoch: Int)
    /// A checkpoint was of no use; its member begins at the first epoch.
    case discarded(member: String, reason: String)
    case epoch(member: String, epoch: Int, loss: Float)
    case memberDone(member: String, bestEpoch: Int)
  }

  /// Shared by all pools that are fitted side by side.
  public var slots: WorkSlots
  /// Which pool comes first where several want a slot; the lower, the earlier.
  public var rank: Int
  /// Where trainings under way are kept; nil keeps none.
  public var checkpoints: TrainingCheckpoints?
  /// Told of every event, on the thread that does the work.
  public var report: @Sendable (Event) -> Void

  public init(
    slots: WorkSlots = WorkSlots(1), rank: Int = 0, checkpoints: TrainingCheckpoints? = nil,
    report: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.slots = slots
    self.rank = rank
    self.checkpoints = checkpoints
    self.report = report
  }
}
