public import Kernels
public import Market

/// The regime model's observations, one bar at a time, O(1) a bar. Start it at the first bar.
public struct RegimeObservationStream: Sendable {
  public let kind: RegimeObservation
  private var oneBar = LogReturn(bars: 1)
  private var twentyBars = LogReturn(bars: 20)
  private var sigma = EWMAVolatility(decay: 0.94)
  private var recent: RealisedVolatility
  private var usual = EWMAVolatility(halfLife: 250)
  /// The features of a list.
  private var features: FeatureStream?

  /// - Parameter extras: at least the columns that are named.
  public init(_ kind: RegimeObservation, _ timeframe: Timeframe, extras: [ExtraColumn] = []) {
    self.kind = kind
    recent = RealisedVolatility(period: kind == .volatility ? 20 : 10)
    if case .features(let spec) = kind { features = FeatureStream(spec, timeframe, extras: extras) }
  }

  /// Takes in the next bar. Returns the values in the order of `kind.names`, known at the bar's
  /// close, or nil in the warm-up: the first 20 bars, or that of the listed features. All values are
  /// finite.
  ///
  /// - Precondition: the close is positive and finite.
  public mutating func update(_ bar: Bar) -> [Double]? {
    if case .features = kind { return features?.update(bar) }
    let logPrice = LogReturn.logPrice(bar.close)
    let longReturn = twentyBars.update(logPrice: logPrice)
    guard let logReturn = oneBar.update(logPrice: logPrice) else { return nil }
    let sigmaNow = sigma.update(logReturn)
    let recentNow = recent.update(logReturn)
    let usualNow = usual.update(logReturn)
    guard let longReturn, let sigmaNow, let recentNow, let usualNow else { return nil }
    if kind == .volatility {
      return [logReturn, VolatilityFloor.log(recentNow, usual: usualNow)]
    }
    let scale = max(sigmaNow, VolatilityFloor.absolute) * 20.0.squareRoot()
    return [longReturn / scale, VolatilityFloor.logRatio(recentNow, toUsual: usualNow)]
  }
}

extension RegimeObservation {
  /// The observations of a whole series, a T x D matrix. Rows before `firstValid` are NaN, none
  /// after; `firstValid` is the number of bars if the series is too short to have any.
  public func observations(_ series: BarSeries) -> (firstValid: Int, values: Matrix) {
    var stream = RegimeObservationStream(self, series.timeframe)
    return Matrix.warmRows(of: series, columns: names.count) { _, bar, row in
      guard let values = stream.update(bar) else { return false }
      for (index, value) in values.enumerated() { row[index] = value }
      return true
    }
  }
}
