import Kernels

/// What is known of the regime at the close of a bar.
public struct RegimeEstimate: Sendable, Equatable {
  /// K filtered probabilities: p(state now | observations up to now).
  public let posterior: [Double]
  /// K one-step-ahead probabilities: p(state at the next bar | observations up to now). Sizes use
  /// these.
  public let nextPosterior: [Double]
  /// The state that was last entered with at least the threshold's probability; for display,
  /// events and exits.
  public let label: Int
  /// The largest filtered probability.
  public let confidence: Double
  /// Bars that the labelled state lasts on average, `1 / (1 - a_kk)`; infinite if never left.
  public let expectedDuration: Double

  /// `-sum p log p` of the filtered probabilities in nats: 0 when sure, log K when ignorant.
  public var entropy: Double {
    var entropy = 0.0
    for p in posterior where p > 0 { entropy -= p * Elementary.log(p) }
    return max(0, entropy)
  }
}

/// Follows the regime bar by bar: `alpha_t` is proportional to `(alpha_{t-1} A) * b(x_t)` (Rabiner
/// 1989, eqs. 19-20).
///
/// Costs O(K^2 + K D) a bar and gives bitwise what `GaussianHMM.filter` gives for the whole column.
public struct RegimeFilter: Sendable {
  public let model: RegimeModel
  /// The filtered probability at which a label is entered. It is left only for another that
  /// reaches it.
  public let threshold: Double
  private let recursion: HMMRecursion
  /// p(state at the next bar | observations so far) up to a factor.
  private var prior: [Double]
  private var hasStarted = false
  private var label: Int?
  /// The last observation, scaled.
  private var scaled: [Double] = []
  private var room: [Double]

  public init(_ model: RegimeModel, threshold: Double = 0.8) {
    precondition(threshold > 0 && threshold <= 1, "a threshold is a probability")
    self.model = model
    self.threshold = threshold
    recursion = HMMRecursion(model.hmm)
    prior = recursion.start
    room = recursion.room(rows: 1)
  }

  /// Takes in the observation at a bar's close, in natural units.
  ///
  /// Nil or a value that is not finite (an indicator still warming up, a frozen price) gives nil.
  /// Once the filter has started, such a bar lets time pass: the probabilities move one step on
  /// without evidence.
  public mutating func update(_ observation: [Double]?) -> RegimeEstimate? {
    guard let (posterior, likeliest) = advance(observation) else { return nil }
    let current = label ?? likeliest
    return RegimeEstimate(
      posterior: posterior, nextPosterior: recursion.next(posterior),
      label: current, confidence: posterior[likeliest],
      expectedDuration: model.expectedDuration(current))
  }

  /// Takes in the observation of a bar of which only the filtered probabilities are wanted.
  mutating func pass(_ observation: [Double]?) -> [Double]? { advance(observation)?.posterior }

  private mutating func advance(_ observation: [Double]?) -> (posterior: [Double], likeliest: Int)?
  {
    guard let observation, observation.allSatisfy(\.isFinite) else {
      if hasStarted { prior = recursion.next(prior) }
      return nil
    }
    precondition(observation.count == recursion.dimensions, "one value a variable")
    hasStarted = true
    scaled.removeAll(keepingCapacity: true)
    scaled.append(contentsOf: observation)
    model.scaler.transform(&scaled)
    let posterior = [Double](unsafeUninitializedCapacity: recursion.states) { posterior, count in
      scaled.withUnsafeBufferPointer {
        recursion.advance(
          $0, prior: &prior, posterior: posterior.slice(0..<1, of: recursion.states), room: &room)
      }
      count = recursion.states
    }
    var likeliest = 0
    for k in 1..<max(1, posterior.count) where posterior[k] > posterior[likeliest] { likeliest = k }
    if label == nil || posterior[likeliest] >= threshold { label = likeliest }
    return (posterior, likeliest)
  }
}

extension RegimeModel {
  /// Returns what a `RegimeFilter` says after each observation: nil where one is missing.
  public func filter(_ observations: [[Double]?], threshold: Double = 0.8) -> [RegimeEstimate?] {
    var filter = RegimeFilter(self, threshold: threshold)
    return observations.map { filter.update($0) }
  }
}
