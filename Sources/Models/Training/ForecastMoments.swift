public import Market

/// How forecasts vary and persist, over one stretch of bars a node.
struct ForecastMoments {
  /// Sum of squared deviations, each from its node's mean.
  private var squared = 0.0
  /// Sum of products of consecutive deviations.
  private var lagged = 0.0

  /// Takes a node's forecasts in and returns their standard deviation, ddof 1; 0 without any.
  mutating func add(_ forecasts: [Double]) -> Double {
    let mean = forecasts.reduce(0, +) / Double(max(1, forecasts.count))
    var sum = 0.0
    for (step, forecast) in forecasts.enumerated() {
      let deviation = forecast - mean
      sum += deviation * deviation
      if step > 0 { lagged += deviation * (forecasts[step - 1] - mean) }
    }
    squared += sum
    return (sum / Double(max(1, forecasts.count - 1))).squareRoot()
  }

  /// Lag-1 autocorrelation of all nodes' forecasts, clipped to 0...0.95.
  var persistence: Double { squared > 0 ? min(0.95, max(0, lagged / squared)) : 0 }
}

extension NodeModel {
  /// Returns the model with its forecast described by what it says of the rows known within a window:
  /// deviation and persistence, which thresholds and sizes use.
  public func describingForecasts(
    of table: NodeTable, from: Timestamp, to: Timestamp, enter: Double
  ) -> NodeModel {
    guard forecast != nil else { return self }
    var inference = NodeInference(self, enter: enter)
    var forecasts: [Double] = []
    for row in table.rows.prefix(table.countKnown(at: to)) {
      guard let forecast = inference.update(row)?.forecast, row.knownAt >= from else { continue }
      forecasts.append(forecast)
    }
    var moments = ForecastMoments()
    var described = self
    described.forecast?.deviation = moments.add(forecasts)
    described.forecast?.persistence = moments.persistence
    return described
  }
}
