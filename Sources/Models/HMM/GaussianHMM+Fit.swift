public import Kernels

/// How a regime model is fitted.
public struct HMMFitOptions: Sendable, Equatable {
  /// Number of hidden states, 1...8.
  public var states = 3
  /// Shape of the states' covariances.
  public var covariance = CovarianceType.diagonal
  /// Starts of Baum-Welch, each with its own random stream; the best log-likelihood is kept.
  public var restarts = 4
  /// EM iterations of each start, at most.
  public var maximumIterations = 100
  /// A start has converged once an iteration gains less than this, relative to the log-likelihood.
  public var tolerance = 1e-6
  /// Fewer observations than this are an error.
  public var minimumObservations = 120
  /// A start that leaves a state with a smaller part of the bars loses.
  public var minimumOccupancy = 0.01
  /// Lowest variance of a state, relative to the variable's variance over the window.
  public var varianceFloor = 1e-4
  /// What numbers the states.
  public var order = StateOrder.volatility(returns: 0)

  public init() {}
}

/// A fitted model and what the fit says about itself. All of it is in sample.
public struct HMMFit: Sendable, Equatable {
  public let model: GaussianHMM
  /// log p(x) under `model`.
  public let logLikelihood: Double
  /// EM iterations of the start that won.
  public let iterations: Int
  /// Log-likelihood before each of those iterations, then `logLikelihood`. It never falls.
  public let history: [Double]
  /// What the states add to one Gaussian of the same covariance type fitted to the same bars, in
  /// nats a bar.
  public let gainOverGaussianPerBar: Double
  /// K: part of the bars in each state, from the smoothed probabilities.
  public let occupancy: [Double]
  /// K x D: standard error of each mean, `sqrt(variance / expected bars in the state)`. It takes
  /// bars of a state as independent; overlapping observations make the true one larger.
  public let meanStandardErrors: Matrix
  /// The number of observations.
  public let observations: Int

  /// The gain over one Gaussian below which the states are taken to tell nothing.
  public static let degenerateGain = 0.05

  /// Whether several states explain the bars hardly better than one Gaussian does: a label then says
  /// next to nothing.
  /// - Parameter gain: `gainOverGaussianPerBar`.
  public static func isDegenerate(states: Int, gain: Double) -> Bool {
    states > 1 && gain < degenerateGain
  }

  public var isDegenerate: Bool {
    HMMFit.isDegenerate(states: model.states, gain: gainOverGaussianPerBar)
  }

  /// Schwarz's criterion on the window of the fit; the smaller, the better.
  public var bic: Double {
    Double(model.parameterCount) * Elementary.log(Double(observations)) - 2 * logLikelihood
  }

  func permuted(_ permutation: [Int]) -> HMMFit {
    HMMFit(
      model: model.permuted(permutation), logLikelihood: logLikelihood, iterations: iterations,
      history: history, gainOverGaussianPerBar: gainOverGaussianPerBar,
      occupancy: permutation.map { occupancy[$0] },
      meanStandardErrors: Matrix(rows: permutation.map { Array(meanStandardErrors.row($0)) }),
      observations: observations)
  }
}

extension GaussianHMM {
  /// Fits a model to `x` (T x D) by Baum-Welch from k-means starts.
  ///
  /// Each start takes its own stream of `random`, so the number of starts changes none of them.
  /// Covariances are bounded from below, which keeps the log-likelihood from running to infinity on a
  /// state of one point.
  ///
  /// - Parameters:
  ///   - x: the training window's observations, sequences one below the other.
  ///   - lengths: rows of each sequence; nil is one sequence.
  /// - Throws: `HMMError` if there are too few observations, one is not finite or never changes, or
  ///   every start leaves a state all but empty.
  public static func fit(
    _ x: Matrix, lengths: [Int]? = nil, options: HMMFitOptions = HMMFitOptions(),
    random: CounterRandom
  ) throws(HMMError) -> HMMFit {
    let fit = try bestStart(x, lengths: lengths, options: options, random: random)
    let units = Array(repeating: 1.0, count: x.columns)
    return fit.permuted(options.order.permutation(of: fit.model, scale: units))
  }

  /// The best of all starts, its states in no order.
  static func bestStart(
    _ x: Matrix, lengths: [Int]?, options: HMMFitOptions, random: CounterRandom
  ) throws(HMMError) -> HMMFit {
    precondition((1...maximumStates).contains(options.states), "1 to \(maximumStates) states")
    precondition((1...maximumDimensions).contains(x.columns), "1 to \(maximumDimensions) columns")
    precondition(options.restarts >= 1 && options.maximumIterations >= 1)
    precondition(options.varianceFloor > 0, "without a floor the likelihood has no maximum")
    precondition(options.order.fits(x.columns), "the order names a column that does not exist")
    guard x.rows >= options.minimumObservations else {
      throw HMMError.tooFewObservations(found: x.rows, needed: options.minimumObservations)
    }
    let lengths = x.sequenceLengths(lengths)
    let variances = try x.columnVariances()
    let floor = CovarianceFloor(variances: variances.map { $0 * options.varianceFloor })
    let lanes = HMMLanes(x, lengths: lengths, states: options.states)
    let start = HMMStart(x: x, lanes: lanes, variances: variances, covariance: options.covariance)
    let bars = Double(x.rows)

    var best: Ascent?
    var smallestOccupancy = 0.0
    var seeds = random
    for restart in 0..<options.restarts {
      var stream = CounterRandom(seed: seeds.next(), path: ["hmm", "start \(restart)"])
      // Raw returns cluster by sign and size, which says little of states that differ in volatility:
      // from such starts alone, one market in twenty of `docs/evidence.md` ends in a false maximum.
      let byVolatility = x.columns == 1 && !restart.isMultiple(of: 2)
      let ascent = start.model(
        floor: floor, byVolatility: byVolatility, random: &stream
      ).ascend(
        on: lanes, iterations: options.maximumIterations, tolerance: options.tolerance,
        floor: floor)
      let occupancy = ascent.occupancy.reduce(1) { min($0, $1 / bars) }
      guard occupancy >= options.minimumOccupancy else {
        smallestOccupancy = max(smallestOccupancy, occupancy)
        continue
      }
      if best.map({ ascent.logLikelihood > $0.logLikelihood }) ?? true { best = ascent }
    }
    guard let best else {
      throw HMMError.emptyState(
        states: options.states, restarts: options.restarts, smallestOccupancy: smallestOccupancy,
        needed: options.minimumOccupancy)
    }

    let gaussian = start.oneGaussian(floor: floor)
    var errors = best.model.variances
    for k in 0..<options.states {
      for d in 0..<x.columns {
        let i = k * x.columns + d
        errors.elements[i] = (errors.elements[i] / best.occupancy[k]).squareRoot()
      }
    }
    return HMMFit(
      model: best.model, logLikelihood: best.logLikelihood, iterations: best.history.count - 1,
      history: best.history, gainOverGaussianPerBar: (best.logLikelihood - gaussian) / bars,
      occupancy: best.occupancy.map { $0 / bars }, meanStandardErrors: errors,
      observations: x.rows)
  }
}

extension GaussianHMM.Ascent {
  var logLikelihood: Double { history[history.count - 1] }
}
