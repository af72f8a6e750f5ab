import Foundation
import Indicators
import Kernels
import Market
import Testing

/// The original system's features and the other ones in their own unit.
@Suite struct PlainFeatureTests {
  /// What a feature is by the columns of the indicators, each tested against TA-Lib by itself.
  private func column(_ feature: PlainFeature, _ series: BarSeries) -> [Double] {
    let (high, low, close) = (series.highs, series.lows, series.closes)
    switch feature {
    case .open: return series.opens
    case .high: return high
    case .low: return low
    case .close: return close
    case .volume: return series.volumes
    case .logReturn: return LogReturn.column(close)
    case .logVolatility:
      let (_, values) = RegimeObservation.volatility.observations(series)
      return (0..<series.count).map { values[$0, 1] }
    case .bollingerUpper: return BollingerBands.columns(close, period: 20, width: 2).upper
    case .bollingerMiddle: return SMA.column(close, period: 20)
    case .bollingerLower: return BollingerBands.columns(close, period: 20, width: 2).lower
    case .macdLine: return MACD.columns(close).line
    case .macdSignal: return MACD.columns(close).signal
    case .macdDifference: return MACD.columns(close).histogram
    case .ema12: return EMA.column(close, period: 12)
    case .ema26: return EMA.column(close, period: 26)
    case .emaSpreadOfClose:
      let (fast, slow) = (EMA.column(close, period: 12), EMA.column(close, period: 26))
      return close.indices.map { (fast[$0] - slow[$0]) / close[$0] }
    case .atrPrice: return ATR.column(highs: high, lows: low, closes: close, period: 14)
    case .stochasticK:
      return Stochastic.columns(
        highs: high, lows: low, closes: close, period: 14, slowing: 3, signal: 3
      ).k
    case .stochasticD:
      return Stochastic.columns(
        highs: high, lows: low, closes: close, period: 14, slowing: 3, signal: 3
      ).d
    case .williamsR: return WilliamsR.column(highs: high, lows: low, closes: close, period: 14)
    case .moneyFlow:
      return MFI.column(
        highs: high, lows: low, closes: close, volumes: series.volumes, period: 14)
    case .sma: return SMA.column(close, period: 30)
    case .volumeSMA: return SMA.column(series.volumes, period: 30)
    }
  }

  @Test(arguments: PlainFeature.allCases)
  func `is its indicator, bit by bit and from its first value on`(feature: PlainFeature) throws {
    for bars in [GeneratedBars.walk, .gappy, .fat, .flatThenMoves] {
      let series = bars.series(count: 300)
      let table = FeatureTable(
        series: series, spec: try FeatureSpec(names: [feature.rawValue]))
      let expected = column(feature, series)
      for t in 0..<300 {
        let value = table.values[t, 0]
        #expect(
          value.isNaN ? expected[t].isNaN : value == expected[t], "\(feature) \(bars) bar \(t)")
      }
      #expect(table.firstValid < 40)
    }
  }

  @Test(arguments: GeneratedBars.allCases)
  func `every feature is finite, and the stream gives the bits of the table`(
    bars: GeneratedBars
  ) throws {
    let spec = try FeatureSpec(names: FeatureColumn.names)
    let series = bars.series(count: 1500)
    let table = FeatureTable(series: series, spec: spec)
    #expect(table.firstValid == 33)
    var random = CounterRandom(seed: 4, path: ["plain", bars.rawValue])
    var saved = FeatureStream(spec, .h1)
    var row = 0
    while row < series.count {
      // A copy goes on for a chunk of odd length, and is kept.
      var copy = saved
      for index in row..<min(series.count, row + 1 + random.below(97)) {
        let values = copy.update(series[index])
        #expect((values != nil) == (index >= 33))
        if let values {
          #expect(values.allSatisfy { $0.isFinite }, "bar \(index)")
          #expect(values.map(\.bitPattern) == table.values.row(index).map(\.bitPattern))
        }
        row = index + 1
      }
      saved = copy
    }
  }

  @Test func `stationary features do not change where plain ones stand beside them`() throws {
    let series = GeneratedBars.walk.series(count: 200)
    let alone = FeatureTable(series: series, spec: try FeatureSpec(names: ["return_5", "rsi_14"]))
    let mixed = FeatureTable(
      series: series, spec: try FeatureSpec(names: ["close", "return_5", "rsi_14", "sma_30"]))
    for t in mixed.firstValid..<200 {
      #expect(mixed.values[t, 1] == alone.values[t, 0])
      #expect(mixed.values[t, 2] == alone.values[t, 1])
      #expect(mixed.values[t, 0] == series.closes[t])
    }
  }
}
