public import Market

/// All that one node runs: its regime model, its variance, and the forecast of its next return where
/// there is one.
public struct NodeModel: Sendable, Equatable {
  public var symbol: Symbol
  public var timeframe: Timeframe
  public var regime: RegimeModel
  public var variance: VarianceModel
  public var forecast: ForecastModel?

  public init(
    symbol: Symbol, timeframe: Timeframe, regime: RegimeModel, variance: VarianceModel,
    forecast: ForecastModel?
  ) {
    self.symbol = symbol
    self.timeframe = timeframe
    self.regime = regime
    self.variance = variance
    self.forecast = forecast
  }
}
