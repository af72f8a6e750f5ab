import Market
import Report

/// A series with its coverage as text for other programs.
enum BarTable {
  static func csv(_ series: BarSeries) -> String {
    var text = "time,open,high,low,close,volume,coverage\n"
    for index in 0..<series.count {
      let bar = series[index]
      text += "\(bar.time),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume),"
      text += "\(series.coverage[index])\n"
    }
    return text
  }

  static func json(_ series: BarSeries) -> String {
    JSONValue.array(
      (0..<series.count).map { index in
        let bar = series[index]
        return .object([
          "time": .string(bar.time.description), "open": .number(bar.open),
          "high": .number(bar.high), "low": .number(bar.low), "close": .number(bar.close),
          "volume": .number(bar.volume), "coverage": .number(series.coverage[index]),
        ])
      }
    ).text
  }
}
