import Indicators
import Kernels
import Market

/// Every indicator that TA-Lib has too: whole columns beside its C, and bar after bar.
///
/// Columns are of 10 000 hourly bars, 100 times over, so that a call's own cost does not count.
@MainActor
func measureIndicators(_ session: Session) async throws {
  session.begin("indicators")
  let series = GeneratedInputs.series("BENCH", .h1, bars: 10_000)
  let columns = Columns(series)
  for (name, values) in [
    ("highs", columns.highs), ("lows", columns.lows), ("closes", columns.closes),
    ("volumes", columns.volumes),
  ] {
    try session.share(name, values)
  }
  for (name, column) in columns.batch {
    try await session.measure(
      "indicator \(name)", 100 * series.count, "bar", goals: [.times(1, than: "TA-Lib")]
    ) {
      var last: [Double] = []
      for _ in 0..<100 { last = column() }
      return last
    } value: {
      checksum($0)
    }
  }
  for (name, stream) in columns.streams {
    try await session.measure(
      "indicator \(name), streaming", 20 * series.count, "bar", goals: [.atMost(20e-9)]
    ) {
      var last: [Double] = []
      for _ in 0..<20 { last = stream() }
      return last
    } value: {
      checksum($0)
    }
  }
  let spec = FeatureSpec.stationary(for: .h1)
  try await session.measure("features, all \(spec.count)", series.count, "bar") {
    FeatureTable(series: series, spec: spec)
  } value: {
    checksum($0.values.elements)
  }
}

/// The indicators over one series.
private struct Columns {
  let highs, lows, closes, volumes: [Double]

  init(_ series: BarSeries) {
    (highs, lows, closes, volumes) = (series.highs, series.lows, series.closes, series.volumes)
  }

  var batch: [(name: String, column: () -> [Double])] {
    let (h, l, c, v) = (highs, lows, closes, volumes)
    return [
      ("SMA 20", { SMA.column(c, period: 20) }), ("EMA 20", { EMA.column(c, period: 20) }),
      ("WMA 20", { WMA.column(c, period: 20) }), ("DEMA 20", { DEMA.column(c, period: 20) }),
      ("TEMA 20", { TEMA.column(c, period: 20) }), ("KAMA 10", { KAMA.column(c, period: 10) }),
      ("RSI 14", { RSI.column(c, period: 14) }), ("MACD 12 26 9", { MACD.columns(c).line }),
      ("BBANDS 20", { BollingerBands.columns(c, period: 20, width: 2).upper }),
      ("STDDEV 20", { StandardDeviation.column(c, period: 20) }),
      ("ATR 14", { ATR.column(highs: h, lows: l, closes: c, period: 14) }),
      ("NATR 14", { NATR.column(highs: h, lows: l, closes: c, period: 14) }),
      ("TRANGE", { TrueRange.column(highs: h, lows: l, closes: c) }),
      // TA-Lib computes the three one by one; ours come in one pass.
      (
        "ADX +DI -DI 14",
        { DirectionalMovement.columns(highs: h, lows: l, closes: c, period: 14).adx }
      ),
      ("STOCH 5 3 3", { Stochastic.columns(highs: h, lows: l, closes: c).k }),
      ("STOCHRSI 14 5 3", { StochasticRSI.columns(c).k }),
      ("WILLR 14", { WilliamsR.column(highs: h, lows: l, closes: c, period: 14) }),
      ("MFI 14", { MFI.column(highs: h, lows: l, closes: c, volumes: v, period: 14) }),
      ("CCI 14", { CCI.column(highs: h, lows: l, closes: c, period: 14) }),
      ("ROC 10", { RateOfChange.column(c, period: 10) }),
      ("MOM 10", { Momentum.column(c, period: 10) }),
      ("OBV", { OBV.column(closes: c, volumes: v) }),
      ("AD", { AccumulationDistribution.column(highs: h, lows: l, closes: c, volumes: v) }),
      ("ADOSC 3 10", { ChaikinOscillator.column(highs: h, lows: l, closes: c, volumes: v) }),
      ("AROON 14", { Aroon.columns(highs: h, lows: l, period: 14).up }),
      ("TRIX 15", { TRIX.column(c, period: 15) }),
    ]
  }

  var streams: [(name: String, column: () -> [Double])] {
    let (h, l, c, v) = (highs, lows, closes, volumes)
    func stream<Indicator>(
      _ first: Indicator, _ update: @escaping (inout Indicator, Int) -> Double?
    ) -> () -> [Double] {
      {
        var indicator = first
        var values = [Double](repeating: .nan, count: c.count)
        for bar in c.indices { values[bar] = update(&indicator, bar) ?? .nan }
        return values
      }
    }
    return [
      ("SMA 20", stream(SMA(period: 20)) { $0.update(c[$1]) }),
      ("EMA 20", stream(EMA(period: 20)) { $0.update(c[$1]) }),
      ("WMA 20", stream(WMA(period: 20)) { $0.update(c[$1]) }),
      ("DEMA 20", stream(DEMA(period: 20)) { $0.update(c[$1]) }),
      ("TEMA 20", stream(TEMA(period: 20)) { $0.update(c[$1]) }),
      ("KAMA 10", stream(KAMA(period: 10)) { $0.update(c[$1]) }),
      ("RSI 14", stream(RSI(period: 14)) { $0.update(c[$1]) }),
      ("MACD 12 26 9", stream(MACD()) { $0.update(c[$1])?.line }),
      ("BBANDS 20", stream(BollingerBands(period: 20)) { $0.update(c[$1])?.upper }),
      ("STDDEV 20", stream(StandardDeviation(period: 20)) { $0.update(c[$1]) }),
      ("ATR 14", stream(ATR(period: 14)) { $0.update(high: h[$1], low: l[$1], close: c[$1]) }),
      ("NATR 14", stream(NATR(period: 14)) { $0.update(high: h[$1], low: l[$1], close: c[$1]) }),
      ("TRANGE", stream(TrueRange()) { $0.update(high: h[$1], low: l[$1], close: c[$1]) }),
      (
        "ADX +DI -DI 14",
        stream(DirectionalMovement(period: 14)) {
          $0.update(high: h[$1], low: l[$1], close: c[$1])?.adx
        }
      ),
      (
        "STOCH 5 3 3", stream(Stochastic()) { $0.update(high: h[$1], low: l[$1], close: c[$1])?.k }
      ),
      ("STOCHRSI 14 5 3", stream(StochasticRSI()) { $0.update(c[$1])?.k }),
      (
        "WILLR 14",
        stream(WilliamsR(period: 14)) { $0.update(high: h[$1], low: l[$1], close: c[$1]) }
      ),
      (
        "MFI 14",
        stream(MFI(period: 14)) {
          $0.update(high: h[$1], low: l[$1], close: c[$1], volume: v[$1])
        }
      ),
      ("CCI 14", stream(CCI(period: 14)) { $0.update(high: h[$1], low: l[$1], close: c[$1]) }),
      ("ROC 10", stream(RateOfChange(period: 10)) { $0.update(c[$1]) }),
      ("MOM 10", stream(Momentum(period: 10)) { $0.update(c[$1]) }),
      ("OBV", stream(OBV()) { $0.update(close: c[$1], volume: v[$1]) }),
      (
        "AD",
        stream(AccumulationDistribution()) {
          $0.update(high: h[$1], low: l[$1], close: c[$1], volume: v[$1])
        }
      ),
      (
        "ADOSC 3 10",
        stream(ChaikinOscillator()) {
          $0.update(high: h[$1], low: l[$1], close: c[$1], volume: v[$1])
        }
      ),
      ("AROON 14", stream(Aroon(period: 14)) { $0.update(high: h[$1], low: l[$1])?.up }),
      ("TRIX 15", stream(TRIX(period: 15)) { $0.update(c[$1]) }),
    ]
  }
}
