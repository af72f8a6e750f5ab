public import Models

/// A model in service of a node: it goes through the series' bars and keeps what it needs of them.
public struct ServedModel: Sendable {
  /// The filtered probability at which a regime label is entered.
  public let enter: Double
  /// The model is asked at every so many bars, counted from the series' first.
  public let every: Int
  /// Bars that it has gone through.
  public private(set) var bars = 0
  private var inference: NodeInference
  private var trail = ForecastTrail()

  public init(_ model: NodeModel, enter: Double, every: Int = 1) {
    precondition(every >= 1, "models are asked at every bar at most")
    self.enter = enter
    self.every = every
    inference = NodeInference(model, enter: enter)
  }

  /// Whether it is the next bar's turn to ask.
  public var isDue: Bool { bars % every == 0 }

  /// Goes through a bar of the past, whose signal nobody reads.
  /// - Parameter isBounding: whether its forecast is to bound those to come.
  public mutating func pass(_ row: NodeRow, isBounding: Bool = true) {
    if let forecast = inference.pass(row, isAsked: isBounding && isDue) { trail.update(forecast) }
    bars += 1
  }

  /// Takes in the next bar. Returns nil until regime and variance are warm.
  public mutating func update(_ row: NodeRow, isAsked: Bool = true) -> NodeOutput? {
    let output = inference.update(row, isAsked: isAsked)
    if isAsked, let forecast = output?.forecast { trail.update(forecast) }
    bars += 1
    return output
  }

  /// Estimates the variance by its EWMA alone from here on.
  public mutating func forgetVarianceModel() { inference.forgetVarianceModel() }

  /// The forecast, as far as the past ones let it go.
  func clip(_ forecast: Double) -> Double { trail.clip(forecast) }

  #if PLANTED_DEFECTS
    mutating func forgetForecasts() { trail = ForecastTrail() }
  #endif
}

/// The spread of a node's past forecasts, which bounds the next one.
///
/// The mean square is an exponential average with a half-life of about 170 bars, bias-corrected.
private struct ForecastTrail: Sendable {
  private static let decay = 0.996
  /// Forecasts beyond this many deviations are clipped.
  private static let limit = 2.0
  private var square = 0.0
  private var weight = 0.0

  mutating func update(_ forecast: Double) {
    square = ForecastTrail.decay * square + (1 - ForecastTrail.decay) * forecast * forecast
    weight = ForecastTrail.decay * weight + (1 - ForecastTrail.decay)
  }

  func clip(_ forecast: Double) -> Double {
    guard weight > 0 else { return forecast }
    let bound = ForecastTrail.limit * (square / weight).squareRoot()
    return min(bound, max(-bound, forecast))
  }
}
