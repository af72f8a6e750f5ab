public import Market

/// One node's view at the close of one of its bars: what the models of a (symbol, timeframe) say.
public struct NodeSignal: Sendable, Equatable {
  /// The close of the bar: nobody may read the signal before.
  public var knownAt: Timestamp
  /// When the models were last asked: what they say stands until they are asked again
  /// (`inference.every`). `atr`, `volumeRatio` and `readings` are of the bar itself.
  public var evaluatedAt: Timestamp
  /// Raw forecast of the next bar's log return in its EWMA sigmas; nil where there is no model of it.
  public var forecast: Double?
  /// Standard deviation of the ensemble members' forecasts, in the same sigmas; nil where there are not
  /// two. It is what the model does not know, not the market's variance.
  public var forecastSpread: Double?
  /// Forecast variance of the next bar's log return, by the node's variance model.
  public var variance: Double
  /// EWMA variance of the log return: the square of the sigma in which `forecast` is.
  public var targetVariance: Double
  /// Calibrated forecast of the next bar's log return, `w * sigma * f`; 0 where the gate is shut.
  public var mu: Double
  /// The gate's weight `w`, 0...1.
  public var gateWeight: Double
  /// Standard deviation of the node's forecasts on its validation window, in sigmas.
  public var forecastDeviation: Double
  /// Lag-1 autocorrelation of the forecasts on the validation window, 0...0.95.
  public var forecastPersistence: Double
  /// Filtered regime probabilities p(state | bars so far), sum 1.
  public var posterior: [Double]
  /// Regime probabilities of the next bar, `posterior * transition`. Sizes use this.
  public var nextPosterior: [Double]
  /// Sizes that were learned for the regime's states; nil where the portfolio's own count.
  public var sizes: [Double]?
  /// The regime's label: it changes when another state reaches the entering probability.
  public var label: Int
  /// The largest posterior.
  public var confidence: Double
  /// Entropy of the posterior in nats.
  public var entropy: Double
  /// Average true range of the node's bars, in the unit of the price; nil in its warm-up.
  public var atr: Double?
  /// The bar's volume over the mean of the node's last 20; nil in its warm-up.
  public var volumeRatio: Double?
  /// What the rules read of the bar.
  public var readings: Readings

  public init(
    knownAt: Timestamp, evaluatedAt: Timestamp? = nil, forecast: Double?,
    forecastSpread: Double? = nil, variance: Double, targetVariance: Double? = nil,
    mu: Double, gateWeight: Double,
    forecastDeviation: Double, forecastPersistence: Double, posterior: [Double],
    nextPosterior: [Double], sizes: [Double]? = nil, label: Int, confidence: Double,
    entropy: Double,
    atr: Double? = nil, volumeRatio: Double? = nil, readings: Readings = Readings()
  ) {
    self.knownAt = knownAt
    self.evaluatedAt = evaluatedAt ?? knownAt
    self.forecast = forecast
    self.forecastSpread = forecastSpread
    self.variance = variance
    self.targetVariance = targetVariance ?? variance
    self.mu = mu
    self.gateWeight = gateWeight
    self.forecastDeviation = forecastDeviation
    self.forecastPersistence = forecastPersistence
    self.posterior = posterior
    self.nextPosterior = nextPosterior
    self.sizes = sizes
    self.label = label
    self.confidence = confidence
    self.entropy = entropy
    self.atr = atr
    self.volumeRatio = volumeRatio
    self.readings = readings
  }
}
