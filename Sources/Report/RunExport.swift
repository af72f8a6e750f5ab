public import Research

/// Trades, fills, orders, equity and weights of a finished run as `trades.csv`, `fills.csv`, `orders.csv`,
/// `equity.csv` and `weights.csv`; numbers are the shortest text that reads back as the same value.
public struct CSVRunExporter: RunExporter {
  public init() {}

  public func files(of run: FinishedRun) -> [ExportedFile] {
    RunTables(run).tables.map { table in
      var csv = CSVText(header: table.columns)
      for row in table.rows {
        csv.add(
          row.map { value in
            switch value {
            case .text(let text): text ?? ""
            case .number(let number): CSVText.number(number)
            case .flag(let flag): String(flag)
            }
          })
      }
      return ExportedFile(name: "\(table.name).csv", text: csv.text)
    }
  }
}

/// The same tables as JSON, an array of objects each, and the whole report as `report.json`.
public struct JSONRunExporter: RunExporter {
  public init() {}

  public func files(of run: FinishedRun) -> [ExportedFile] {
    let tables = RunTables(run).tables.map { table in
      let rows = table.rows.map { row in
        var object: [String: JSONValue] = [:]
        for (name, value) in zip(table.columns, row) {
          object[name] =
            switch value {
            case .text(let text): .string(text)
            case .number(let number): .number(number)
            case .flag(let flag): .bool(flag)
            }
        }
        return JSONValue.object(object)
      }
      return ExportedFile(name: "\(table.name).json", text: JSONValue.array(rows).text)
    }
    return tables + [ExportedFile(name: "report.json", text: JSONReport.backtest(run.report))]
  }
}
