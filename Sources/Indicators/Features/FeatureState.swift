import Kernels
import Market

/// The indicators behind all features, advanced together so that they share their inputs.
struct FeatureState: Sendable {
  private var bar: Bar?
  private var returns = [1, 2, 5, 10, 20].map { LogReturn(bars: $0) }
  private var ewma = EWMAVolatility(decay: 0.94)
  private var shortVolatility = RealisedVolatility(period: 10)
  private var longVolatility = EWMAVolatility(halfLife: 250)
  private var atr = ATR(period: 14)
  private var bands = RollingMoments(period: 20)
  private var rsi = RSI(period: 14)
  private var macd = MACD()
  private var volume = VolumeZScore(period: 20)

  // The latest values; nil in each one's warm-up.
  private var returnValues: [Double?] = Array(repeating: nil, count: 5)
  private var sigma: Double?
  private var shortValue: Double?
  private var longValue: Double?
  private var atrValue: Double?
  private var bandsValue: RollingMoments.Value?
  private var macdValue: MACD.Value?
  private var volumeValue: Double?
  private var timeOfDay: CyclicTime?
  private var dayOfWeek: (day: Int64, place: CyclicTime)?

  mutating func update(_ bar: Bar) {
    self.bar = bar
    let logPrice = LogReturn.logPrice(bar.close)
    for index in returns.indices {
      returnValues[index] = returns[index].update(logPrice: logPrice)
    }
    if let logReturn = returnValues[0] {
      sigma = ewma.update(logReturn)
      shortValue = shortVolatility.update(logReturn)
      longValue = longVolatility.update(logReturn)
    }
    atrValue = atr.update(bar)
    bandsValue = bands.update(bar.close)
    _ = rsi.update(bar.close)
    macdValue = macd.update(bar.close)
    volumeValue = volume.update(bar.volume)
    timeOfDay = CyclicTime(timeOfDay: bar.time)
    let day = bar.time.day
    if dayOfWeek?.day != day { dayOfWeek = (day, CyclicTime(dayOfWeek: bar.time)) }
  }

  /// The value of a feature after the last bar, or nil in its warm-up.
  func value(_ feature: Feature) -> Double? {
    guard let bar else { return nil }
    switch feature {
    case .return1: return inSigmas(0)
    case .return2: return inSigmas(1)
    case .return5: return inSigmas(2)
    case .return10: return inSigmas(3)
    case .return20: return inSigmas(4)
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
    case .hourSine: return timeOfDay?.sine
    case .hourCosine: return timeOfDay?.cosine
    case .weekdaySine: return dayOfWeek?.place.sine
    case .weekdayCosine: return dayOfWeek?.place.cosine
    }
  }

  private func inSigmas(_ index: Int) -> Double? {
    guard let value = returnValues[index], let sigma else { return nil }
    let horizon = Double(returns[index].bars)
    return value / (max(sigma, VolatilityFloor.absolute) * horizon.squareRoot())
  }

  /// Some distance in price over the average true range.
  private func perRange(_ distance: Double?) -> Double? {
    guard let distance, let atrValue, let bar else { return nil }
    // Averages of a price that stands still end an ulp apart while the range goes to 0.
    return distance / max(atrValue, VolatilityFloor.absolute * bar.close)
  }
}
