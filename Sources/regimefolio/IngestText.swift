import Market
import Report
import Store

/// What an ingest did, in words and as JSON.
enum IngestText {
  /// What went in, a line a series.
  static func counts(_ report: IngestReport) -> [String] {
    report.series.map { series in
      report.file + name(series.symbol, series.timeframe) + "\(series.calendar.rawValue), "
        + "\(series.first.date) to \(series.last.date): \(series.inserted) inserted, "
        + "\(series.unchanged) unchanged, \(series.revised) revised"
    }
  }

  /// What a line names its series by, after the file: what stands there has been acknowledged.
  static func name(_ symbol: Symbol, _ timeframe: Timeframe) -> String {
    ": \(symbol) \(timeframe), "
  }

  /// What was left out, with lines and reasons, and what else the user should know.
  static func rejects(_ report: IngestReport) -> [String] {
    var lines: [String] = []
    if report.rejectedCount > 0 {
      lines.append("\(report.file): \(counted(report.rejectedCount, "row")) rejected")
      for row in report.rejected.prefix(10) {
        lines.append("  \(report.file):\(row.line): \(row.reason)")
      }
      if report.rejectedCount > 10 {
        lines.append("  and \(report.rejectedCount - 10) more; --strict stops at the first")
      }
    }
    return lines + report.notes.map { "\(report.file): \($0)" }
  }

  static func json(_ report: IngestReport) -> JSONValue {
    let series: [JSONValue] = report.series.map { series in
      .object([
        "symbol": .string(series.symbol.name), "timeframe": .string(series.timeframe.name),
        "calendar": .string(series.calendar.rawValue),
        "inserted": .integer(Int64(series.inserted)),
        "unchanged": .integer(Int64(series.unchanged)),
        "revised": .integer(Int64(series.revised)), "first": .string(series.first.description),
        "last": .string(series.last.description),
      ])
    }
    let rejected: [JSONValue] = report.rejected.map { row in
      .object(["line": .integer(Int64(row.line)), "reason": .string("\(row.reason)")])
    }
    return JSONValue.object([
      "file": .string(report.file), "sha256": .string(report.sha256),
      "dialect": .string(report.dialect), "series": .array(series),
      "rejected": .array(rejected), "rejectedCount": .integer(Int64(report.rejectedCount)),
    ])
  }
}
