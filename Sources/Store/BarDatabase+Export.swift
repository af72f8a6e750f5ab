import Foundation
import Market

extension BarDatabase {
  /// Writes a series as CSV: `time,open,high,low,close,volume` and the user's columns.
  ///
  /// Each number is the shortest text that reads back as the same double, so that ingesting the
  /// file again changes nothing. A file of that name is replaced once the new one is complete.
  /// - Returns: the number of bars written.
  @discardableResult
  public func export(_ symbol: Symbol, _ timeframe: Timeframe, to file: String) throws -> Int {
    let series = try bars(symbol, timeframe)
    let names =
      try self.series()
      .first { $0.symbol == symbol && $0.timeframe == timeframe }?.extras ?? []
    let columns = try names.map { try extra(symbol, timeframe, $0) }
    var text = "time,open,high,low,close,volume"
    for name in names { text += "," + BarDatabase.quoted(name) }
    text += "\n"
    text.reserveCapacity(series.count * 72)
    var next = names.map { _ in 0 }
    for bar in series {
      text += "\(bar.time),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume)"
      for (i, column) in columns.enumerated() {
        text += ","
        if next[i] < column.count, column[next[i]].time == bar.time {
          text += "\(column[next[i]].value)"
          next[i] += 1
        }
      }
      text += "\n"
    }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw StoreError.cannotWrite(path: file, detail: error.localizedDescription)
    }
    return series.count
  }

  private static func quoted(_ name: String) -> String {
    name.contains(",") ? "\"\(name)\"" : name
  }
}
