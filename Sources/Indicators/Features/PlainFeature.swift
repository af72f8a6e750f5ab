/// Further features, in their own unit: prices, volumes and TA-Lib's indicators as the original
/// system fed them to its models, and what the default regime model observes.
///
/// Most follow the level of the price, so a model that was fitted on one level knows nothing of the
/// next: they are here for parity with the original and for regimes on chosen observations. Every
/// value is finite for any bars with positive prices and volumes of 0 or more.
public enum PlainFeature: String, CaseIterable, Sendable {
  case open, high, low, close
  case volume
  /// `ln(c_t / c_{t-1})`.
  case logReturn = "log_return"
  /// `ln` of the realised volatility of the last 20 bars, with the floors of `VolatilityFloor`: the
  /// second variable of `RegimeObservation.volatility`.
  case logVolatility = "log_volatility_20"
  /// The Bollinger bands (20, 2) in the price's unit.
  case bollingerUpper = "bollinger_upper_20"
  case bollingerMiddle = "bollinger_middle_20"
  case bollingerLower = "bollinger_lower_20"
  /// MACD(12, 26, 9) in the price's unit.
  case macdLine = "macd_line_12_26_9"
  case macdSignal = "macd_signal_12_26_9"
  case macdDifference = "macd_difference_12_26_9"
  case ema12 = "ema_12"
  case ema26 = "ema_26"
  /// `(EMA12 - EMA26) / c`.
  case emaSpreadOfClose = "ema_spread_close_12_26"
  /// The average true range of 14 bars in the price's unit.
  case atrPrice = "atr_price_14"
  /// The stochastic oscillator (14, 3, 3), 0...100.
  case stochasticK = "stochastic_k_14_3_3"
  case stochasticD = "stochastic_d_14_3_3"
  /// Williams' %R, -100...0.
  case williamsR = "williams_r_14"
  /// The money flow index, 0...100.
  case moneyFlow = "money_flow_14"
  /// The simple mean of the last 30 closes, TA-Lib's default period.
  case sma = "sma_30"
  /// The simple mean of the last 30 volumes.
  case volumeSMA = "volume_sma_30"
}
