import GRDB

/// The tables of the database and their history.
enum Schema {
  /// `RGFO` in ASCII: tells our files from other programs' databases.
  static let applicationID: Int32 = 0x5247_464F
  /// Raised by each migration; a file with a higher one is refused.
  static let version: Int32 = 1
  static let pageSize = 16_384

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: version1)
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    return migrator
  }

  /// Times are milliseconds since the epoch, UTC; a bar's is its open. `bar` is the truth,
  /// `bar_digest` guards it by month (`name` is empty for the bars, else the user's column). A
  /// revision is the row as it was *before* `ingest_run` changed it. A trial is its key: another row of
  /// the key says that it was made for another portfolio too. Trials of the same `settings` in `spec` and the
  /// same symbols are one, made again on other days' bars. `run.recency` orders runs by when they were
  /// last asked for; no table holds a clock's time. `fill.fee` and `fill.slippage` are commission and
  /// slippage alone; half spreads, impact, write-offs, borrowing and funding stand in `run.summary`, as
  /// totals of the run.
  private static let version1 = """
    CREATE TABLE instrument (
      id INTEGER PRIMARY KEY,
      symbol TEXT NOT NULL UNIQUE CHECK (length(symbol) > 0),
      asset_class TEXT NOT NULL,
      calendar TEXT NOT NULL CHECK (calendar IN ('24x7', '24x5', 'sessions')),
      currency TEXT
    ) STRICT;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      instrument_id INTEGER NOT NULL REFERENCES instrument (id),
      timeframe TEXT NOT NULL,
      UNIQUE (instrument_id, timeframe)
    ) STRICT;

    CREATE TABLE bar (
      series_id INTEGER NOT NULL REFERENCES series (id),
      ts INTEGER NOT NULL,
      open REAL NOT NULL,
      high REAL NOT NULL,
      low REAL NOT NULL,
      close REAL NOT NULL,
      volume REAL NOT NULL,
      PRIMARY KEY (series_id, ts)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bar_extra (
      series_id INTEGER NOT NULL REFERENCES series (id),
      ts INTEGER NOT NULL,
      name TEXT NOT NULL,
      value REAL NOT NULL,
      PRIMARY KEY (series_id, name, ts)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bar_digest (
      series_id INTEGER NOT NULL REFERENCES series (id),
      name TEXT NOT NULL,
      month INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      digest INTEGER NOT NULL,
      PRIMARY KEY (series_id, name, month)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ingest_run (
      id INTEGER PRIMARY KEY,
      file TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      options TEXT NOT NULL,
      dialect TEXT NOT NULL,
      inserted INTEGER NOT NULL,
      unchanged INTEGER NOT NULL,
      revised INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
      UNIQUE (sha256, options)
    ) STRICT;

    CREATE TABLE ingest_series (
      ingest_run_id INTEGER NOT NULL REFERENCES ingest_run (id),
      series_id INTEGER NOT NULL REFERENCES series (id),
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      PRIMARY KEY (ingest_run_id, series_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bar_revision (
      series_id INTEGER NOT NULL REFERENCES series (id),
      ts INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      open REAL NOT NULL,
      high REAL NOT NULL,
      low REAL NOT NULL,
      close REAL NOT NULL,
      volume REAL NOT NULL,
      ingest_run_id INTEGER NOT NULL REFERENCES ingest_run (id),
      PRIMARY KEY (series_id, ts, revision)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bar_extra_revision (
      series_id INTEGER NOT NULL REFERENCES series (id),
      ts INTEGER NOT NULL,
      name TEXT NOT NULL,
      revision INTEGER NOT NULL,
      value REAL NOT NULL,
      ingest_run_id INTEGER NOT NULL REFERENCES ingest_run (id),
      PRIMARY KEY (series_id, name, ts, revision)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE model (
      symbol TEXT NOT NULL,
      timeframe TEXT NOT NULL,
      id TEXT NOT NULL,
      path TEXT NOT NULL,
      training_start INTEGER NOT NULL,
      training_end INTEGER NOT NULL,
      summary TEXT NOT NULL,
      PRIMARY KEY (symbol, timeframe, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE trial (
      id INTEGER PRIMARY KEY,
      portfolio TEXT NOT NULL,
      key TEXT NOT NULL,
      kind TEXT NOT NULL,
      objective REAL,
      spec TEXT NOT NULL,
      UNIQUE (portfolio, key)
    ) STRICT;

    CREATE TABLE run (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      portfolio TEXT NOT NULL,
      started INTEGER NOT NULL,
      ended INTEGER NOT NULL,
      run_hash TEXT NOT NULL,
      summary TEXT NOT NULL,
      recency INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX run_by_portfolio ON run (portfolio, kind, recency);

    CREATE TABLE equity (
      run_id INTEGER NOT NULL REFERENCES run (id),
      ts INTEGER NOT NULL,
      equity REAL NOT NULL,
      PRIMARY KEY (run_id, ts)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE fill (
      run_id INTEGER NOT NULL REFERENCES run (id),
      seq INTEGER NOT NULL,
      ts INTEGER NOT NULL,
      symbol TEXT NOT NULL,
      quantity REAL NOT NULL,
      price REAL NOT NULL,
      fee REAL NOT NULL,
      slippage REAL NOT NULL,
      reason TEXT NOT NULL,
      PRIMARY KEY (run_id, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE allocation (
      run_id INTEGER NOT NULL REFERENCES run (id),
      ts INTEGER NOT NULL,
      symbol TEXT NOT NULL,
      weight REAL NOT NULL,
      detail TEXT NOT NULL,
      PRIMARY KEY (run_id, ts, symbol)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE alert (
      id INTEGER PRIMARY KEY,
      portfolio TEXT NOT NULL,
      ts INTEGER NOT NULL,
      code TEXT NOT NULL,
      subject TEXT NOT NULL,
      severity TEXT NOT NULL,
      message TEXT NOT NULL,
      UNIQUE (portfolio, ts, code, subject)
    ) STRICT;

    CREATE VIEW bars AS
      SELECT instrument.symbol AS symbol, series.timeframe AS timeframe,
        strftime('%Y-%m-%dT%H:%MZ', bar.ts / 1000, 'unixepoch') AS time,
        bar.open AS open, bar.high AS high, bar.low AS low, bar.close AS close,
        bar.volume AS volume
      FROM instrument
      JOIN series ON series.instrument_id = instrument.id
      JOIN bar ON bar.series_id = series.id;
    """
}
