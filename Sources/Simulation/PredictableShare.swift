/// How much of a market's returns can be told in advance, measured on its bars.
public struct PredictableShare: Sendable, Equatable {
  /// Of z, the return in units of its state's volatility less the state's mean, what the planted
  /// part explains: `sum g^2 / sum z^2`. Close to the settings' r2.
  public var planted: Double
  /// R2 of the best forecast, `1 - sum (y - f)^2 / sum y^2`, of y the return over its EWMA sigma
  /// (decay .94, known a bar before): what the product's forecasts are judged by. The drift of
  /// the regimes counts, and where means differ it may be the larger part.
  public var attainable: Double

  /// Bars whose own return is seen, from the 22nd on.
  public init(_ symbols: [SimulatedSymbol], _ settings: SimulationSettings) {
    let base = settings.baseVolatility
    var (explained, all) = (0.0, 0.0)
    var (missed, square) = (0.0, 0.0)
    for symbol in symbols {
      var (squares, weights) = (0.0, 0.0)
      for truth in symbol.truth {
        guard let move = truth.logReturn else { continue }
        if truth.missingBefore == 0, truth.momentum != nil {
          let mean = base * settings.regimes.means[truth.state]
          let g = (truth.predictable - mean) / truth.sigma
          let z = (move - mean) / truth.sigma
          explained += g * g
          all += z * z
          let variance = squares / weights
          missed += (move - truth.attainable) * (move - truth.attainable) / variance
          square += move * move / variance
        }
        squares = 0.94 * squares + move * move
        weights = 0.94 * weights + 1
      }
    }
    planted = all > 0 ? explained / all : 0
    attainable = square > 0 ? 1 - missed / square : 0
  }
}

extension SimulatedMarket {
  public var predictableShare: PredictableShare { PredictableShare(symbols, settings) }
}
