public import Market
public import Models
public import Signals

/// Which models a node runs when: each serves from its start until the next one's, or until a pause.
public struct ModelSchedule: Sendable {
  public struct Entry: Sendable {
    /// Bars that close from here on are judged by this model, which saw only what came before.
    public var from: Timestamp
    public var model: NodeModel
    public var calibration: Calibration
    /// Sizes that the record has earned for the regimes; nil where the portfolio's own count.
    public var sizes: [Double]?
    /// The model after the bars before `from`, where something else has led it through them already.
    /// A node that stands elsewhere leads the model through its own bars.
    public var served: ServedModel?

    public init(
      from: Timestamp, model: NodeModel, calibration: Calibration, sizes: [Double]? = nil,
      served: ServedModel? = nil
    ) {
      self.from = from
      self.model = model
      self.calibration = calibration
      self.sizes = sizes
      self.served = served
    }
  }

  /// In order of time.
  public let entries: [Entry]
  /// In order of time.
  private let pauses: [Timestamp]

  /// - Parameter pauses: when folds begin that the node was left out of. No model serves from there to the
  ///   next entry: the one before was made for another fold.
  public init(_ entries: [Entry], pauses: [Timestamp] = []) {
    self.entries = entries.sorted { $0.from < $1.from }
    self.pauses = pauses.sorted()
  }

  /// The entry that serves at `now`; nil before the first and in a pause.
  func serving(at now: Timestamp) -> Int? {
    let known = countKnown(entries.count, at: now) { entries[$0].from }
    guard known > 0 else { return nil }
    let paused = countKnown(pauses.count, at: now) { pauses[$0] }
    return paused > 0 && pauses[paused - 1] > entries[known - 1].from ? nil : known - 1
  }
}
