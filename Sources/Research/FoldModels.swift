public import Market
public import Models
public import SignalGraph

/// The models of every fold of a portfolio, by their content ids.
public struct FoldModels: Sendable {
  public struct Bundle: Sendable {
    public var id: String
    public var model: NodeModel
    /// Close of the last bar that the models saw; nil where the manifest does not say.
    public var trainedTo: Timestamp?
    /// Which variance model was fitted, and why no better one; nil where none was asked for.
    public var varianceChoice: VarianceChoice?
    /// What the states of its regime model add to one Gaussian in nats a bar, on its training window;
    /// nil where the manifest does not say.
    public var regimeGain: Double?
  }

  private var models: [Fold: [NodeKey: Bundle]] = [:]

  init() {}

  mutating func insert(_ bundle: Bundle, _ key: NodeKey, fold: Fold) {
    models[fold, default: [:]][key] = bundle
  }

  /// Inner folds, then the test windows, then the serving models; each in order of time.
  public var folds: [Fold] {
    models.keys.sorted { a, b in
      (a.testFrom, a.kind == .inner ? 0 : 1, a.index) < (
        b.testFrom, b.kind == .inner ? 0 : 1, b.index
      )
    }
  }

  /// A fold's nodes, in order of their keys.
  public func nodes(of fold: Fold) -> [(key: NodeKey, bundle: Bundle)] {
    (models[fold] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The models of a node in a fold; nil where it was left out.
  public func bundle(_ key: NodeKey, fold: Fold) -> Bundle? {
    models[fold]?[key]
  }

  /// The networks that a job's start from; none without warm start.
  public func parents(of job: TrainingJob) -> [LSTMNetwork] {
    job.parent.flatMap { bundle($0.request.key, fold: $0.fold)?.model.forecast?.members } ?? []
  }
}
