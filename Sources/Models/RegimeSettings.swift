public import Indicators
public import Market

/// What numbers the states of a regime model.
public enum RegimeOrder: String, CaseIterable, Sendable {
  /// Calm to turbulent.
  case volatility
  /// Bear to bull, by the mean of the observed return. Labels of consecutive refits agree less.
  case mean
}

/// How the regime model of every node is fitted and read: group `regime` of the portfolio file.
public struct RegimeSettings: Sendable, Equatable {
  /// Number of hidden states, 1...8, or a range of which BIC chooses.
  public var states: RegimeStates = 3
  public var observations = RegimeObservation.volatility
  /// Shape of the states' covariances.
  public var covariance = CovarianceType.diagonal
  /// What numbers the states.
  public var order = RegimeOrder.volatility
  /// Starts of Baum-Welch, each with its own random stream; the best log-likelihood is kept.
  public var restarts = 4
  /// Baum-Welch iterations at most.
  public var iterations = 100
  /// The filtered probability at which a label is entered (display, events, exits).
  public var enter = 0.8
  /// Size multiplier of each state in their order (calm first, or bear first), 0...1: `gamma` of
  /// the sizing formula. Where the number of states is chosen by BIC this is a curve from the first
  /// to the last state, read at evenly spaced points.
  public var size: [Double] = [1, 1, 1]
  /// Whether sizes are learned from what has followed each state out of sample
  /// (`LearnedRegimeSizes`); `size` then only says how many states are told apart.
  public var learnsSize = false
  /// Which timeframes' regimes size a symbol. Nil: all on `1d`, else on the slowest.
  public var weights: [Timeframe: Double]?

  public init() {}

  /// The order of the fitted states. The return is the first variable of the named observations; a
  /// list may hold none, so its states are ordered by the returns of the bars in them.
  public var stateOrder: StateOrder {
    if case .features = observations {
      return order == .volatility ? .volatilityOfReturns : .meanOfReturns
    }
    switch order {
    case .volatility:
      return .volatility(returns: 0, logVolatility: observations.volatilityColumn)
    case .mean:
      return .mean(column: 0)
    }
  }

  /// The longest training window of a timeframe in days; nil is all history.
  ///
  /// Hourly regimes drift within a year, four-hourly ones within two
  /// (measured agreement between refits, K = 3: .875 and .94 quarterly).
  public static func trainingDays(_ timeframe: Timeframe) -> Int? {
    if timeframe < .h4 { return 365 }
    return timeframe.isIntraday ? 730 : nil
  }

  /// The sizing weights over a portfolio's timeframes, summing to 1.
  public func sizingWeights(over timeframes: [Timeframe]) -> [(
    timeframe: Timeframe, weight: Double
  )] {
    let sorted = timeframes.sorted()
    let chosen: [Timeframe: Double]
    if let weights {
      chosen = weights
    } else if sorted.contains(.d1) {
      chosen = [.d1: 1]
    } else {
      chosen = [sorted[sorted.count - 1]: 1]
    }
    let total = sorted.reduce(0) { $0 + (chosen[$1] ?? 0) }
    return sorted.compactMap { timeframe in
      guard let weight = chosen[timeframe], weight > 0 else { return nil }
      return (timeframe, weight / total)
    }
  }
}
