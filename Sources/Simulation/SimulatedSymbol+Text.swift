import Market

extension SimulatedSymbol {
  /// The file's name that `ingest` reads symbol and timeframe from: `SIM001-1h.csv`.
  public var fileName: String { "\(symbol)-\(series.timeframe).csv" }

  /// The bars as CSV. Numbers are the shortest texts that read back as the same bits.
  public var barsCSV: String {
    var text = "time,open,high,low,close,volume\n"
    for bar in series {
      text += "\(bar.time),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume)\n"
    }
    return text
  }

  /// The truth as CSV, a row a bar; an empty cell is a value that does not exist.
  public var truthCSV: String {
    let states = truth.first?.posterior.count ?? 0
    var text = "time,state,log_return,missing_before,sigma,predictable,attainable,"
    text += (0..<states).map { "p\($0)," }.joined() + "volume_score,momentum,adjustment\n"
    func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for (bar, truth) in zip(series, truth) {
      text += "\(bar.time),\(truth.state),\(cell(truth.logReturn)),\(truth.missingBefore),"
      text += "\(truth.sigma),\(truth.predictable),\(truth.attainable),"
      text += truth.posterior.map { "\($0)," }.joined()
      text += "\(cell(truth.volumeScore)),\(cell(truth.momentum)),\(truth.adjustment)\n"
    }
    return text
  }
}
