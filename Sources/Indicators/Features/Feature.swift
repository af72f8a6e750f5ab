/// The features a model can be given, each stationary: free of the price's level and its unit.
///
/// With c the close, `σ` the EWMA volatility of a bar (decay .94, this bar included, at least
/// 1e-8), and ATR the average true range over 14 bars (at least 1e-8 of the close), all after this
/// bar. The floors only matter where the price stands still; a feature is then 0 where nothing else
/// is said. Every value is finite for any bars with positive prices and volumes of 0 or more.
public enum Feature: String, CaseIterable, Sendable {
  /// `ln(c_t / c_{t-1}) / σ`, at most 4.1 in size.
  case return1 = "return_1"
  /// `ln(c_t / c_{t-2}) / (σ sqrt 2)`.
  case return2 = "return_2"
  /// `ln(c_t / c_{t-5}) / (σ sqrt 5)`.
  case return5 = "return_5"
  /// `ln(c_t / c_{t-10}) / (σ sqrt 10)`.
  case return10 = "return_10"
  /// `ln(c_t / c_{t-20}) / (σ sqrt 20)`, at most 7.4 in size.
  case return20 = "return_20"
  /// `ATR / c`; 0 while the price has never moved.
  case atr = "atr_14"
  /// `(c - middle) / (upper - lower)` of the Bollinger bands (20, 2): -0.5 on the lower band, 0.5
  /// on the upper one, 0 for flat prices; at most 1.1 in size.
  case bollingerPosition = "bollinger_position_20"
  /// `(upper - lower) / middle` of the Bollinger bands (20, 2).
  case bollingerWidth = "bollinger_width_20"
  /// `RSI(14) / 100 - 0.5`; 0 for flat prices.
  case rsi = "rsi_14"
  /// The MACD(12, 26, 9) histogram over ATR.
  case macdHistogram = "macd_histogram_12_26_9"
  /// `(EMA12 - EMA26) / ATR`: the MACD line, over ATR rather than the close so that it is in units
  /// of the market's own movement.
  case emaSpread = "ema_spread_12_26"
  /// `ln(volatility of the last 10 bars / EWMA volatility with a half-life of 250 bars)`, the
  /// first at least .02 of the second.
  case volatilityRatio = "volatility_ratio_10_250"
  /// `(high - low) / ATR`, at most 14.
  case range = "range_14"
  /// `(2c - high - low) / (high - low)`: -1 for a close at the low, 1 at the high; 0 if they are
  /// equal.
  case closeLocation = "close_location"
  /// The z-score of `ln(1 + volume)` in the last 20 bars; 0 for equal volumes.
  case volumeScore = "volume_z_20"
  /// The sine of the time of day at which the bar opens, UTC.
  case hourSine = "hour_sin"
  /// The cosine of the time of day at which the bar opens, UTC.
  case hourCosine = "hour_cos"
  /// The sine of the day of the week on which the bar opens, UTC, Monday 0.
  case weekdaySine = "weekday_sin"
  /// The cosine of the day of the week on which the bar opens, UTC.
  case weekdayCosine = "weekday_cos"
}
