/// How much of the past a forecast sees, in training and in service alike.
public enum ForecastMode: Sendable, Hashable {
  /// Trained on chunks of `chunk` steps with a loss at every step after the first `burnIn`;
  /// served by carrying the state from bar to bar.
  case dense(chunk: Int, burnIn: Int)
  /// Trained and served many to one: from a zero state over the last `length` bars.
  case windowed(length: Int)
}

/// One contiguous segment of bars to train or validate on.
public struct TrainingSequence: Sendable {
  /// steps×inputs, row-major: the features of each bar, all finite.
  public let inputs: [Float]
  /// steps×regimes, row-major: the filtered regime probabilities of each bar; empty with none.
  public let regimes: [Float]
  /// The value to forecast at each step; NaN where there is none.
  public let targets: [Float]

  public init(inputs: [Float], regimes: [Float], targets: [Float]) {
    self.inputs = inputs
    self.regimes = regimes
    self.targets = targets
  }

  /// The number of bars.
  public var steps: Int { targets.count }
}
