import Foundation
import Indicators
import Market
import Testing

/// An indicator as a whole column, and as it is fed bar by bar.
struct IndicatorCase: Sendable, CustomTestStringConvertible {
  let name: String
  let batch: @Sendable (BarSeries) -> [[Double]]
  /// Makes a fresh indicator: bar in, its values out; nil in the warm-up.
  let stream: @Sendable () -> (Bar) -> [Double]?

  var testDescription: String { name }

  /// An indicator with one value a bar.
  static func one<State>(
    _ name: String, _ state: @autoclosure @escaping @Sendable () -> State,
    _ update: @escaping @Sendable (inout State, Bar) -> Double?,
    batch: @escaping @Sendable (BarSeries) -> [Double]
  ) -> IndicatorCase {
    IndicatorCase(
      name: name, batch: { [batch($0)] },
      stream: {
        var current = state()
        return { bar in update(&current, bar).map { [$0] } }
      })
  }

  /// An indicator with several values a bar.
  static func many<State>(
    _ name: String, _ state: @autoclosure @escaping @Sendable () -> State,
    _ update: @escaping @Sendable (inout State, Bar) -> [Double]?,
    batch: @escaping @Sendable (BarSeries) -> [[Double]]
  ) -> IndicatorCase {
    IndicatorCase(
      name: name, batch: batch,
      stream: {
        var current = state()
        return { bar in update(&current, bar) }
      })
  }

  /// Every indicator of the module's list.
  static let all: [IndicatorCase] = averages + oscillators + trends + volatilities + volumes

  private static let averages: [IndicatorCase] = [
    .one(
      "SMA", SMA(period: 14), { $0.update($1.close) }, batch: { SMA.column($0.closes, period: 14) }),
    .one(
      "EMA", EMA(period: 14), { $0.update($1.close) }, batch: { EMA.column($0.closes, period: 14) }),
    .one(
      "WMA", WMA(period: 14), { $0.update($1.close) }, batch: { WMA.column($0.closes, period: 14) }),
    .one(
      "DEMA", DEMA(period: 14), { $0.update($1.close) },
      batch: { DEMA.column($0.closes, period: 14) }),
    .one(
      "TEMA", TEMA(period: 14), { $0.update($1.close) },
      batch: { TEMA.column($0.closes, period: 14) }),
    .one(
      "KAMA", KAMA(period: 14), { $0.update($1.close) },
      batch: { KAMA.column($0.closes, period: 14) }),
    .one(
      "TRIX", TRIX(period: 5), { $0.update($1.close) }, batch: { TRIX.column($0.closes, period: 5) }
    ),
  ]

  private static let oscillators: [IndicatorCase] = [
    .one(
      "RSI", RSI(period: 14), { $0.update($1.close) }, batch: { RSI.column($0.closes, period: 14) }),
    .one(
      "ROC", RateOfChange(period: 10), { $0.update($1.close) },
      batch: { RateOfChange.column($0.closes, period: 10) }),
    .one(
      "MOM", Momentum(period: 10), { $0.update($1.close) },
      batch: { Momentum.column($0.closes, period: 10) }),
    .one(
      "CCI", CCI(period: 14), { $0.update($1) },
      batch: { CCI.column(highs: $0.highs, lows: $0.lows, closes: $0.closes, period: 14) }),
    .one(
      "WILLR", WilliamsR(period: 14), { $0.update($1) },
      batch: { WilliamsR.column(highs: $0.highs, lows: $0.lows, closes: $0.closes, period: 14) }),
    .many(
      "STOCH", Stochastic(period: 14), { $0.update($1).map { [$0.k, $0.d] } },
      batch: {
        let columns = Stochastic.columns(
          highs: $0.highs, lows: $0.lows, closes: $0.closes, period: 14)
        return [columns.k, columns.d]
      }),
    .many(
      "STOCHRSI", StochasticRSI(), { $0.update($1.close).map { [$0.k, $0.d] } },
      batch: {
        let columns = StochasticRSI.columns($0.closes)
        return [columns.k, columns.d]
      }),
    .many(
      "MACD", MACD(), { $0.update($1.close).map { [$0.line, $0.signal, $0.histogram] } },
      batch: {
        let columns = MACD.columns($0.closes)
        return [columns.line, columns.signal, columns.histogram]
      }),
  ]

  private static let trends: [IndicatorCase] = [
    .many(
      "ADX and DI", DirectionalMovement(period: 7),
      { $0.update($1).map { [$0.plusDI, $0.minusDI, $0.adx ?? .nan] } },
      batch: {
        let columns = DirectionalMovement.columns(
          highs: $0.highs, lows: $0.lows, closes: $0.closes, period: 7)
        return [columns.plusDI, columns.minusDI, columns.adx]
      }),
    .many(
      "AROON", Aroon(period: 14), { $0.update($1).map { [$0.up, $0.down] } },
      batch: {
        let columns = Aroon.columns(highs: $0.highs, lows: $0.lows, period: 14)
        return [columns.up, columns.down]
      }),
    .many(
      "BBANDS", BollingerBands(), { $0.update($1.close).map { [$0.upper, $0.middle, $0.lower] } },
      batch: {
        let columns = BollingerBands.columns($0.closes)
        return [columns.upper, columns.middle, columns.lower]
      }),
  ]

  private static let volatilities: [IndicatorCase] = [
    .one(
      "TRANGE", TrueRange(), { $0.update($1) },
      batch: { TrueRange.column(highs: $0.highs, lows: $0.lows, closes: $0.closes) }),
    .one(
      "ATR", ATR(period: 14), { $0.update($1) },
      batch: { ATR.column(highs: $0.highs, lows: $0.lows, closes: $0.closes, period: 14) }),
    .one(
      "NATR", NATR(period: 14), { $0.update($1) },
      batch: { NATR.column(highs: $0.highs, lows: $0.lows, closes: $0.closes, period: 14) }),
    .one(
      "deviation", StandardDeviation(period: 14), { $0.update($1.close) },
      batch: { StandardDeviation.column($0.closes, period: 14) }),
    .one(
      "z-score", ZScore(period: 14), { $0.update($1.close) },
      batch: { ZScore.column($0.closes, period: 14) }),
    .one(
      "skewness", RollingSkewness(period: 14), { $0.update($1.close) },
      batch: { RollingSkewness.column($0.closes, period: 14) }),
    .one(
      "log return", LogReturn(bars: 3), { $0.update($1.close) },
      batch: { LogReturn.column($0.closes, bars: 3) }),
    .one(
      "Parkinson", ParkinsonVolatility(period: 14), { $0.update($1) },
      batch: { ParkinsonVolatility.column(highs: $0.highs, lows: $0.lows, period: 14) }),
    .one(
      "Garman-Klass", GarmanKlassVolatility(period: 14), { $0.update($1) },
      batch: {
        GarmanKlassVolatility.column(
          opens: $0.opens, highs: $0.highs, lows: $0.lows, closes: $0.closes, period: 14)
      }),
    .one(
      "realised", (LogReturn(), RealisedVolatility(period: 14)),
      { state, bar in state.0.update(bar.close).flatMap { state.1.update($0) } },
      batch: { RealisedVolatility.column(closes: $0.closes, period: 14) }),
    .one(
      "weighted", (LogReturn(), EWMAVolatility()),
      { state, bar in state.0.update(bar.close).flatMap { state.1.update($0) } },
      batch: { EWMAVolatility.column(closes: $0.closes) }),
  ]

  private static let volumes: [IndicatorCase] = [
    .one(
      "OBV", OBV(), { $0.update(close: $1.close, volume: $1.volume) },
      batch: { OBV.column(closes: $0.closes, volumes: $0.volumes) }),
    .one(
      "AD", AccumulationDistribution(), { $0.update($1) },
      batch: {
        AccumulationDistribution.column(
          highs: $0.highs, lows: $0.lows, closes: $0.closes, volumes: $0.volumes)
      }),
    .one(
      "ADOSC", ChaikinOscillator(), { $0.update($1) },
      batch: {
        ChaikinOscillator.column(
          highs: $0.highs, lows: $0.lows, closes: $0.closes, volumes: $0.volumes)
      }),
    .one(
      "MFI", MFI(period: 14), { $0.update($1) },
      batch: {
        MFI.column(
          highs: $0.highs, lows: $0.lows, closes: $0.closes, volumes: $0.volumes, period: 14)
      }),
    .one(
      "VWAP", VWAP(period: 14), { $0.update($1) },
      batch: {
        VWAP.column(
          highs: $0.highs, lows: $0.lows, closes: $0.closes, volumes: $0.volumes, period: 14)
      }),
    .one("session VWAP", SessionVWAP(), { $0.update($1) }, batch: { SessionVWAP.column($0) }),
    .one(
      "volume ratio", VolumeRatio(period: 14), { $0.update($1.volume) },
      batch: { VolumeRatio.column($0.volumes, period: 14) }),
    .one(
      "volume z-score", VolumeZScore(period: 14), { $0.update($1.volume) },
      batch: { VolumeZScore.column($0.volumes, period: 14) }),
  ]
}

/// What holds of every indicator, whatever the bars.
@Suite struct IndicatorStreamTests {
  @Test(arguments: IndicatorCase.all)
  func `bar by bar gives the bits of the column`(indicator: IndicatorCase) {
    for kind in GeneratedBars.allCases {
      let series = kind.series(count: 400)
      let columns = indicator.batch(series)
      let stream = indicator.stream()
      var valued = 0
      for (t, bar) in series.enumerated() {
        let values = stream(bar) ?? Array(repeating: .nan, count: columns.count)
        valued += values.contains { !$0.isNaN } ? 1 : 0
        for (column, value) in zip(columns, values) {
          let isSame = value.isNaN ? column[t].isNaN : value.bitPattern == column[t].bitPattern
          #expect(isSame, "\(kind) bar \(t)")
        }
      }
      #expect(valued > 350, "\(kind)")
    }
  }

  /// Long enough for averages to be taken in several stretches at a time (`FadingMemory`), on bars after
  /// which a guess is right soon, late and never.
  @Test(arguments: IndicatorCase.all)
  func `a long column has the bits of bar by bar, too`(indicator: IndicatorCase) {
    for kind in [GeneratedBars.walk, .fat, .movesThenFlat, .tiny, .alternating] {
      let series = kind.series(count: 8000)
      let columns = indicator.batch(series)
      let stream = indicator.stream()
      var different = 0
      for (t, bar) in series.enumerated() {
        let values = stream(bar) ?? Array(repeating: .nan, count: columns.count)
        for (column, value) in zip(columns, values) {
          let isSame = value.isNaN ? column[t].isNaN : value.bitPattern == column[t].bitPattern
          different += isSame ? 0 : 1
        }
      }
      #expect(different == 0, "\(kind)")
    }
  }

  @Test func `an average with a long memory has the bits of bar by bar over a long column`() {
    let closes = GeneratedBars.walk.series(count: 70_000).closes
    var average = KAMA(period: 10)
    let stream = closes.map { average.update($0) ?? .nan }
    #expect(stream.map(\.bitPattern) == KAMA.column(closes, period: 10).map(\.bitPattern))
  }

  @Test(arguments: IndicatorCase.all)
  func `has a finite value on any bars once it is warm, and never loses it`(
    indicator: IndicatorCase
  ) {
    for kind in GeneratedBars.allCases {
      for column in indicator.batch(kind.series(count: 1500)) {
        let first = column.firstIndex { !$0.isNaN } ?? column.count
        #expect(first < 60, "\(kind)")
        #expect(column[first...].allSatisfy { $0.isFinite }, "\(kind)")
      }
    }
  }

  @Test(arguments: IndicatorCase.all)
  func `later bars change nothing before them`(indicator: IndicatorCase) {
    let bars = GeneratedBars.fat.bars(count: 200)
    func columns(_ bars: [Bar]) -> [[Double]] {
      indicator.batch(
        BarSeries(symbol: "GEN", timeframe: .h1, calendar: .continuous, bars: bars))
    }
    let whole = columns(bars)
    for cut in [1, 14, 63, 199] {
      let corrupted =
        bars[..<cut]
        + bars[cut...].map {
          Bar(time: $0.time, open: 5, high: 900, low: 0.1, close: 3, volume: 1e9)
        }
      for (column, original) in zip(columns(Array(corrupted)), whole) {
        #expect(
          column[..<cut].map(\.bitPattern) == original[..<cut].map(\.bitPattern), "cut \(cut)")
      }
    }
  }
}
