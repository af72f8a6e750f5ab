import GRDB
import Market

extension BarDatabase {
  /// Enters a bundle into the index, or brings its entry up to date.
  public func indexModel(_ model: StoredModel) throws {
    try write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO model
            (symbol, timeframe, id, path, training_start, training_end, summary)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          model.symbol.name, model.timeframe.name, model.id, model.path,
          model.trainingStart.milliseconds, model.trainingEnd.milliseconds, model.summaryJSON,
        ])
    }
  }

  /// The bundles in the index by symbol, timeframe, end of training and id.
  public func models(symbol: Symbol? = nil, timeframe: Timeframe? = nil) throws -> [StoredModel] {
    let models = try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM model
          WHERE (?1 IS NULL OR symbol = ?1) AND (?2 IS NULL OR timeframe = ?2)
          """,
        arguments: [symbol?.name, timeframe?.name]
      )
      .map { row in
        let symbol = Symbol(row["symbol"])
        let name = row["timeframe"] as String
        guard let timeframe = Timeframe(name) else {
          throw StoreError.unknownTimeframe(path: path, symbol: symbol, name: name)
        }
        return StoredModel(
          symbol: symbol, timeframe: timeframe, id: row["id"], path: row["path"],
          trainingStart: Timestamp(milliseconds: row["training_start"]),
          trainingEnd: Timestamp(milliseconds: row["training_end"]), summaryJSON: row["summary"])
      }
    }
    return models.sorted {
      ($0.symbol, $0.timeframe, $0.trainingEnd, $0.id)
        < ($1.symbol, $1.timeframe, $1.trainingEnd, $1.id)
    }
  }
}
