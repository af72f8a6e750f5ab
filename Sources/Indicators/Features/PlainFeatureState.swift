import Kernels
import Market

/// The indicators behind the plain features, advanced together.
struct PlainFeatureState: Sendable {
  private var bar: Bar?
  private var oneBar = LogReturn(bars: 1)
  private var recent = RealisedVolatility(period: 20)
  private var usual = EWMAVolatility(halfLife: 250)
  private var bands = BollingerBands(period: 20, width: 2)
  private var macd = MACD()
  private var ema12 = EMA(period: 12)
  private var ema26 = EMA(period: 26)
  private var atr = ATR(period: 14)
  private var stochastic = Stochastic(period: 14, slowing: 3, signal: 3)
  private var williams = WilliamsR(period: 14)
  private var moneyFlow = MFI(period: 14)
  private var sma = SMA(period: 30)
  private var volumeSMA = SMA(period: 30)

  // The latest values; nil in each one's warm-up.
  private var logReturn: Double?
  private var recentValue: Double?
  private var usualValue: Double?
  private var bandsValue: BollingerBands.Value?
  private var macdValue: MACD.Value?
  private var ema12Value: Double?
  private var ema26Value: Double?
  private var atrValue: Double?
  private var stochasticValue: Stochastic.Value?
  private var williamsValue: Double?
  private var moneyFlowValue: Double?
  private var smaValue: Double?
  private var volumeSMAValue: Double?

  mutating func update(_ bar: Bar) {
    self.bar = bar
    logReturn = oneBar.update(bar.close)
    if let logReturn {
      recentValue = recent.update(logReturn)
      usualValue = usual.update(logReturn)
    }
    bandsValue = bands.update(bar.close)
    macdValue = macd.update(bar.close)
    ema12Value = ema12.update(bar.close)
    ema26Value = ema26.update(bar.close)
    atrValue = atr.update(bar)
    stochasticValue = stochastic.update(bar)
    williamsValue = williams.update(bar)
    moneyFlowValue = moneyFlow.update(bar)
    smaValue = sma.update(bar.close)
    volumeSMAValue = volumeSMA.update(bar.volume)
  }

  /// The value of a feature after the last bar, or nil in its warm-up.
  ///
  /// Changes nothing; but a state of this size that is only borrowed is copied for each value.
  mutating func value(_ feature: PlainFeature) -> Double? {
    guard let bar else { return nil }
    switch feature {
    case .open: return bar.open
    case .high: return bar.high
    case .low: return bar.low
    case .close: return bar.close
    case .volume: return bar.volume
    case .logReturn: return logReturn
    case .logVolatility:
      guard let recentValue, let usualValue else { return nil }
      return VolatilityFloor.log(recentValue, usual: usualValue)
    case .bollingerUpper: return bandsValue?.upper
    case .bollingerMiddle: return bandsValue?.middle
    case .bollingerLower: return bandsValue?.lower
    case .macdLine: return macdValue?.line
    case .macdSignal: return macdValue?.signal
    case .macdDifference: return macdValue?.histogram
    case .ema12: return ema12Value
    case .ema26: return ema26Value
    case .emaSpreadOfClose:
      guard let ema12Value, let ema26Value else { return nil }
      return (ema12Value - ema26Value) / bar.close
    case .atrPrice: return atrValue
    case .stochasticK: return stochasticValue?.k
    case .stochasticD: return stochasticValue?.d
    case .williamsR: return williamsValue
    case .moneyFlow: return moneyFlowValue
    case .sma: return smaValue
    case .volumeSMA: return volumeSMAValue
    }
  }
}
