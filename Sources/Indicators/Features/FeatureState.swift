import Kernels
import Market

/// The indicators behind all features, advanced together so that they share their inputs.
struct FeatureState: Sendable {
  private var bar: Bar?
  private var logPrices = RecentValues(20)
  private var ewma = EWMAVolatility(decay: 0.94)
  private var shortVolatility = RealisedVolatility(period: 10)
  private var longVolatility = EWMAVolatility(halfLife: 250)
  private var atr = ATR(period: 14)
  private var bands = RollingMoments(period: 20)
  private var rsi = RSI(period: 14)
  private var macd = MACD()
  private var volume = VolumeZScore(period: 20)
  private var calendar: CyclicCalendar

  // The latest values; nil in each one's warm-up.
  /// What a return is measured in: the EWMA volatility, at least its floor.
  private var sigma: Double?
  private var shortValue: Double?
  private var longValue: Double?
  private var atrValue: Double?
  /// What a distance in price is measured in: ATR, at least its floor.
  private var range: Double?
  private var bandsValue: RollingMoments.Value?
  private var macdValue: MACD.Value?
  private var volumeValue: Double?

  init(_ timeframe: Timeframe) {
    calendar = CyclicCalendar(timeframe)
  }

  /// Both logarithms that a bar needs, `ln(close)` and `ln(1 + volume)`.
  ///
  /// - Precondition: the close is positive and finite, the volume finite and not negative.
  static func logs(_ bar: Bar) -> SIMD2<Double> {
    LogReturn.requirePrice(bar.close)
    requireVolume(bar.volume)
    return Elementary.log(SIMD2(bar.close, 1 + bar.volume))
  }

  /// - Parameter logs: those of the bar. A whole series' are computed ahead, since a bar's other work
  ///   would wait for them.
  mutating func update(_ bar: Bar, logs: SIMD2<Double>) {
    self.bar = bar
    logPrices.append(logs[0])
    if let logReturn = logPrices.change(1) {
      sigma = ewma.update(logReturn).map { max($0, VolatilityFloor.absolute) }
      shortValue = shortVolatility.update(logReturn)
      longValue = longVolatility.update(logReturn)
    }
    atrValue = atr.update(bar)
    // Averages of a price that stands still end an ulp apart while the range goes to 0.
    range = atrValue.map { max($0, VolatilityFloor.absolute * bar.close) }
    bandsValue = bands.update(bar.close)
    _ = rsi.update(bar.close)
    macdValue = macd.update(bar.close)
    volumeValue = volume.update(logOfVolumeAndOne: logs[1])
    calendar.update(bar.time)
  }

  /// The value of a feature after the last bar, or nil in its warm-up.
  ///
  /// Changes nothing; but a state of this size that is only borrowed is copied for each value.
  mutating func value(_ feature: Feature) -> Double? {
    guard let bar else { return nil }
    switch feature {
    case .return1: return inSigmas(1)
    case .return2: return inSigmas(2)
    case .return5: return inSigmas(5)
    case .return10: return inSigmas(10)
    case .return20: return inSigmas(20)
    case .atr: return atrValue.map { $0 / bar.close }
    case .bollingerPosition: return bandsValue.map { $0.newestScore / 4 }
    case .bollingerWidth: return bandsValue.map { 4 * $0.standardDeviation / $0.mean }
    case .rsi: return rsi.shareOfGains.map { $0 - 0.5 }
    case .macdHistogram: return perRange(macdValue?.histogram)
    case .emaSpread: return perRange(macdValue?.line)
    case .volatilityRatio:
      guard let shortValue, let longValue else { return nil }
      return VolatilityFloor.logRatio(shortValue, toUsual: longValue)
    case .range: return perRange(bar.high - bar.low)
    case .closeLocation:
      let range = bar.high - bar.low
      return range > 0 ? ((bar.close - bar.low) - (bar.high - bar.close)) / range : 0
    case .volumeScore: return volumeValue
    case .hourSine: return calendar.timeOfDay.sine
    case .hourCosine: return calendar.timeOfDay.cosine
    case .weekdaySine: return calendar.dayOfWeek.sine
    case .weekdayCosine: return calendar.dayOfWeek.cosine
    }
  }

  /// The return over some bars, over what it usually is.
  @inline(__always)
  private func inSigmas(_ bars: Int) -> Double? {
    guard let change = logPrices.change(bars), let sigma else { return nil }
    return change / (sigma * Double(bars).squareRoot())
  }

  /// Some distance in price over the average true range.
  private func perRange(_ distance: Double?) -> Double? {
    guard let distance, let range else { return nil }
    return distance / range
  }
}
