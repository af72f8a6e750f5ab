public import Kernels

/// The regime model of one node: how observations are scaled, and the states they tell apart.
public struct RegimeModel: Sendable, Equatable {
  /// Brings observations to the units of `hmm`; fitted on the training window.
  public let scaler: StandardScaler
  /// States in order (`StateOrder`), over scaled observations.
  public let hmm: GaussianHMM
  /// K names: `calm`, `normal`, `turbulent`.
  public let names: [String]

  public var states: Int { hmm.states }

  /// - Parameter names: nil are the names of states ordered by volatility.
  public init(scaler: StandardScaler, hmm: GaussianHMM, names: [String]? = nil) {
    let names = names ?? StateOrder.volatility(returns: 0).names(hmm.states)
    precondition(scaler.columns == hmm.dimensions, "the scaler is for other observations")
    precondition(names.count == hmm.states, "a name a state")
    self.scaler = scaler
    self.hmm = hmm
    self.names = names
  }

  /// Fits scaler and states to the training window's observations (T x D), in natural units.
  ///
  /// Observations of the default kind (log return, log realised volatility) want the order
  /// `.volatility(returns: 0, logVolatility: 1)`.
  ///
  /// - Parameter returns: T log returns of the bars, for an order of returns; empty for others.
  /// - Returns: The model, and the fit's account of itself in scaled units.
  public static func fit(
    _ observations: Matrix, lengths: [Int]? = nil, returns: [Double] = [],
    options: HMMFitOptions = HMMFitOptions(), random: CounterRandom
  ) throws(HMMError) -> (model: RegimeModel, fit: HMMFit) {
    guard observations.rows >= max(1, options.minimumObservations) else {
      throw HMMError.tooFewObservations(
        found: observations.rows, needed: options.minimumObservations)
    }
    _ = try observations.columnVariances()
    let scaler = StandardScaler(fittedTo: observations)
    let x = scaler.transform(observations)
    let fit = try GaussianHMM.bestStart(x, lengths: lengths, options: options, random: random)
    let ordered = fit.permuted(
      options.order.isOfReturns
        ? options.order.permutation(of: fit.model, x, returns: returns)
        : options.order.permutation(of: fit.model, scale: scaler.scale))
    let model = RegimeModel(
      scaler: scaler, hmm: ordered.model, names: options.order.names(options.states))
    return (model, ordered)
  }

  /// Expected length of a stay in a state in bars, `1 / (1 - a_kk)`; infinite if it is never left.
  public func expectedDuration(_ state: Int) -> Double {
    1 / (1 - hmm.transition[state, state])
  }
}
