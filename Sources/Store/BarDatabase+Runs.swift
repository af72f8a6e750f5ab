import GRDB
import Market

extension BarDatabase {
  /// Keeps a run with its equity, fills and allocations, in one transaction.
  ///
  /// A run whose key is stored already adds no row and no trial; it only becomes the latest one
  /// again, and is given this summary.
  /// - Parameters:
  ///   - started: the first time of its data; no clock's time.
  ///   - ended: the last time of its data.
  ///   - equity: the equity at each time.
  ///   - countsAsTrial: whether its result bears on the choice of a strategy. Nil: a `backtest`
  ///     does, other kinds do not.
  /// - Returns: whether it is new.
  /// - Throws: `StoreError.runDiffers` if the stored run has another run hash: equal inputs must
  ///   give equal results.
  @discardableResult
  public func recordRun(
    key: String, kind: String, portfolio: String, started: Timestamp, ended: Timestamp,
    runHash: String, summaryJSON: String, equity: [(Timestamp, Double)] = [],
    fills: [StoredFill] = [],
    allocations: [StoredAllocation] = [], countsAsTrial: Bool? = nil
  ) throws -> Bool {
    try write { db in
      let recency = "(SELECT 1 + coalesce(max(recency), 0) FROM run)"
      let stored = try String.fetchOne(
        db, sql: "SELECT run_hash FROM run WHERE key = ?", arguments: [key])
      if let stored {
        guard stored == runHash else {
          throw StoreError.runDiffers(key: key, stored: stored, found: runHash)
        }
        // Equal inputs have one summary, for it holds nothing but the costs of a backtest or the place of
        // an allocation's file: what an earlier version left out is made good. A figure that depends on
        // what else the database holds, as on the trials, has no place in it.
        try db.execute(
          sql: "UPDATE run SET recency = \(recency), summary = ? WHERE key = ?",
          arguments: [summaryJSON, key])
        return false
      }
      try db.execute(
        sql: """
          INSERT INTO run (key, kind, portfolio, started, ended, run_hash, summary, recency)
          VALUES (?, ?, ?, ?, ?, ?, ?, \(recency))
          """,
        arguments: [
          key, kind, portfolio, started.milliseconds, ended.milliseconds, runHash, summaryJSON,
        ])
      let id = db.lastInsertedRowID
      try insert(equity, id, db)
      try insert(fills, id, db)
      try insert(allocations, id, db)
      if countsAsTrial ?? (kind == "backtest") {
        try insert(
          StoredTrial(
            portfolio: portfolio, key: key, kind: kind, objective: nil, specJSON: "{}"), db)
      }
      return true
    }
  }

  /// The run of that key, or nil.
  public func run(key: String) throws -> StoredRun? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM run WHERE key = ?", arguments: [key])
        .map { try run($0, db) }
    }
  }

  /// The weights of the last allocation of a portfolio, sorted by symbol, with the equity that they
  /// are fractions of and the details that were kept of each and of the run, or nil if there is none.
  ///
  /// - Parameters:
  ///   - before: only allocations earlier than this: what was held before a decision at that time.
  ///   - kind: the runs to look in; a backtest's weights were never held.
  ///   - summaryJSON: only runs that were kept with it; nil takes any.
  public func latestAllocation(
    portfolio: String, before: Timestamp? = nil, kind: String = "allocate",
    summaryJSON: String? = nil
  ) throws -> (
    time: Timestamp, equity: Double?, weights: [(symbol: Symbol, weight: Double)],
    details: [Symbol: String], summaryJSON: String
  )? {
    try read { db in
      let limit = before?.milliseconds ?? .max
      let found = try Row.fetchOne(
        db,
        sql: """
          SELECT run.id AS run, run.summary AS summary, allocation.ts AS ts
          FROM allocation JOIN run ON run.id = run_id
          WHERE portfolio = ?1 AND kind = ?2 AND ts < ?3 AND (?4 IS NULL OR summary = ?4)
          ORDER BY ts DESC, recency DESC LIMIT 1
          """,
        arguments: [portfolio, kind, limit, summaryJSON])
      guard let found else { return nil }
      let rows = try allocations(found["run"], at: found["ts"], db)
      let equity = try Double.fetchOne(
        db, sql: "SELECT equity FROM equity WHERE run_id = ? AND ts = ?",
        arguments: [found["run"] as Int64, found["ts"] as Int64])
      return (
        Timestamp(milliseconds: found["ts"]), equity,
        rows.map { ($0.symbol, $0.weight) }.sorted { $0.0 < $1.0 },
        Dictionary(rows.map { ($0.symbol, $0.json) }) { first, _ in first }, found["summary"]
      )
    }
  }

  /// Hands runs of a portfolio that were kept with a summary to another portfolio and summary, as when its
  /// file was moved.
  public func handOver(
    kind: String, of portfolio: String, summaryJSON: String, to other: String,
    summaryJSON otherJSON: String
  ) throws {
    try write { db in
      try db.execute(
        sql: """
          UPDATE run SET portfolio = ?1, summary = ?2
          WHERE kind = ?3 AND portfolio = ?4 AND summary = ?5
          """,
        arguments: [other, otherJSON, kind, portfolio, summaryJSON])
    }
  }

  // MARK: - Trials

  /// Keeps a trial; one whose key is stored already for the portfolio adds no row.
  /// - Returns: whether it is new.
  @discardableResult
  public func recordTrial(_ trial: StoredTrial) throws -> Bool {
    try write { db in try insert(trial, db) }
  }

  /// The trials that a result of a portfolio was chosen among, as far as this database tells: those made
  /// for the portfolio, and those of any portfolio that looked at bars of one of its symbols over the same
  /// time. One a key, in the order in which they were made; of those that tried the same settings on the same
  /// symbols the newest, however many days' bars they were made on.
  ///
  /// - Parameter sample: what the result was measured on.
  /// - Throws: `StoreError.damagedTrial` where it cannot be told whether a trial is one of them.
  public func trials(portfolio: String, sharing sample: TrialSample) throws -> [StoredTrial] {
    var keys: Set<String> = []
    let family = try allTrials().filter { trial in
      let found = try self.sample(of: trial)
      let isOfFamily =
        trial.portfolio == portfolio || found.map(sample.sharesBars(with:)) ?? false
      return isOfFamily && keys.insert(trial.key).inserted
    }
    var attempts: Set<TrialSample.Attempt> = []
    return try family.reversed().filter { trial in
      guard let attempt = try trial.sample?.attempt else { return true }
      return attempts.insert(attempt).inserted
    }.reversed()
  }

  /// In the order in which they were made.
  func allTrials() throws -> [StoredTrial] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM trial ORDER BY id").map { row in
        StoredTrial(
          portfolio: row["portfolio"], key: row["key"], kind: row["kind"],
          objective: row["objective"], specJSON: row["spec"])
      }
    }
  }

  private func sample(of trial: StoredTrial) throws -> TrialSample? {
    do {
      return try trial.sample
    } catch {
      throw StoreError.damagedTrial(path: path, portfolio: trial.portfolio, key: trial.key)
    }
  }

  // MARK: - Rows

  @discardableResult
  private func insert(_ trial: StoredTrial, _ db: Database) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO trial (portfolio, key, kind, objective, spec) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """,
      arguments: [trial.portfolio, trial.key, trial.kind, trial.objective, trial.specJSON])
    let isNew = db.changesCount == 1
    // Equal inputs were measured on the same sample: what an earlier version left out is made good.
    if try trial.sample != nil {
      try db.execute(
        sql: "UPDATE trial SET spec = ?1 WHERE key = ?2 AND spec <> ?1",
        arguments: [trial.specJSON, trial.key])
    }
    return isNew
  }

  private func insert(_ equity: [(Timestamp, Double)], _ id: Int64, _ db: Database) throws {
    let statement = try RawStatement(
      db, "INSERT INTO equity (run_id, ts, equity) VALUES (?1, ?2, ?3)")
    try statement.bind(id, at: 1)
    for (time, value) in equity {
      try statement.bind(time.milliseconds, at: 2)
      try statement.bind(value, at: 3)
      try statement.run()
    }
  }

  private func insert(_ fills: [StoredFill], _ id: Int64, _ db: Database) throws {
    let statement = try RawStatement(
      db,
      """
      INSERT INTO fill (run_id, seq, ts, symbol, quantity, price, fee, slippage, reason)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      """)
    try statement.bind(id, at: 1)
    for (index, fill) in fills.enumerated() {
      try statement.bind(Int64(index), at: 2)
      try statement.bind(fill.time.milliseconds, at: 3)
      try statement.bind(fill.symbol.name, at: 4)
      try statement.bind(fill.quantity, at: 5)
      try statement.bind(fill.price, at: 6)
      try statement.bind(fill.fee, at: 7)
      try statement.bind(fill.slippage, at: 8)
      try statement.bind(fill.reason, at: 9)
      try statement.run()
    }
  }

  private func insert(_ allocations: [StoredAllocation], _ id: Int64, _ db: Database) throws {
    let statement = try RawStatement(
      db,
      "INSERT INTO allocation (run_id, ts, symbol, weight, detail) VALUES (?1, ?2, ?3, ?4, ?5)")
    try statement.bind(id, at: 1)
    for allocation in allocations {
      try statement.bind(allocation.time.milliseconds, at: 2)
      try statement.bind(allocation.symbol.name, at: 3)
      try statement.bind(allocation.weight, at: 4)
      try statement.bind(allocation.json, at: 5)
      try statement.run()
    }
  }

  private func run(_ row: Row, _ db: Database) throws -> StoredRun {
    let id = row["id"] as Int64
    let equity = try Row.fetchAll(
      db, sql: "SELECT ts, equity FROM equity WHERE run_id = ? ORDER BY ts", arguments: [id])
    let fills = try Row.fetchAll(
      db, sql: "SELECT * FROM fill WHERE run_id = ? ORDER BY seq", arguments: [id])
    return StoredRun(
      key: row["key"], kind: row["kind"], portfolio: row["portfolio"],
      started: Timestamp(milliseconds: row["started"]),
      ended: Timestamp(milliseconds: row["ended"]), runHash: row["run_hash"],
      summaryJSON: row["summary"],
      equity: equity.map {
        StoredEquity(time: Timestamp(milliseconds: $0["ts"]), equity: $0["equity"])
      },
      fills: fills.map {
        StoredFill(
          time: Timestamp(milliseconds: $0["ts"]), symbol: Symbol($0["symbol"]),
          quantity: $0["quantity"], price: $0["price"], fee: $0["fee"], slippage: $0["slippage"],
          reason: $0["reason"])
      },
      allocations: try allocations(id, at: nil, db))
  }

  private func allocations(
    _ id: Int64, at time: Int64?, _ db: Database
  ) throws -> [StoredAllocation] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT ts, symbol, weight, detail FROM allocation
        WHERE run_id = ?1 AND (?2 IS NULL OR ts = ?2) ORDER BY ts, symbol
        """,
      arguments: [id, time]
    )
    .map {
      StoredAllocation(
        time: Timestamp(milliseconds: $0["ts"]), symbol: Symbol($0["symbol"]),
        weight: $0["weight"], json: $0["detail"])
    }
  }
}
