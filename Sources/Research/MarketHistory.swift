import Kernels
public import Market
public import SignalGraph

/// The bars of every node of a portfolio: ingested ones where there are any, else resampled from the
/// primary timeframe.
public struct MarketHistory: Sendable {
  /// Sorted symbols that take part.
  public let symbols: [Symbol]
  public let primary: Timeframe
  /// The series that hold bars as they were given; the others are resampled from the primary.
  public let given: Set<NodeKey>
  private let series: [NodeKey: BarSeries]
  private var extras: [NodeKey: [ExtraColumn]] = [:]

  /// - Parameters:
  ///   - bars: gives a symbol's ingested bars on a timeframe, empty where there are none.
  public init(
    symbols: [Symbol], timeframes: [Timeframe], primary: Timeframe, risk: Timeframe,
    bars: (Symbol, Timeframe) throws -> BarSeries
  ) throws {
    var bases: [(symbol: Symbol, bars: BarSeries)] = []
    for symbol in symbols.sorted() {
      let base = try bars(symbol, primary)
      guard !base.isEmpty else { throw ResearchError.noBars(symbol, primary) }
      bases.append((symbol, base))
    }
    // Where one symbol's bars are missing, those of another tell that time has passed.
    let now = bases.map { $0.bars.knownAt($0.bars.count - 1) }.max()
    var series: [NodeKey: BarSeries] = [:]
    var given: Set<NodeKey> = []
    for (symbol, base) in bases {
      for timeframe in Set(timeframes + [primary, risk]) {
        if timeframe == primary {
          series[NodeKey(symbol, timeframe)] = base
          given.insert(NodeKey(symbol, timeframe))
          continue
        }
        let own = try bars(symbol, timeframe)
        if !own.isEmpty {
          series[NodeKey(symbol, timeframe)] = own
          given.insert(NodeKey(symbol, timeframe))
        } else if timeframe > primary {
          guard base.calendar.canMake(timeframe) else {
            throw ResearchError.partialSessions(symbol, timeframe, primary)
          }
          series[NodeKey(symbol, timeframe)] = base.resampled(to: timeframe, at: now)
        } else {
          throw ResearchError.noBars(symbol, timeframe)
        }
      }
    }
    self.symbols = symbols.sorted()
    self.primary = primary
    self.given = given
    self.series = series
  }

  /// The same history with the user's columns that each node reads.
  public func reading(_ columns: (NodeKey) throws -> [ExtraColumn]) rethrows -> MarketHistory {
    var copy = self
    for key in keys { copy.extras[key] = try columns(key) }
    return copy
  }

  /// Every node that there are bars of, sorted.
  public var keys: [NodeKey] { series.keys.sorted() }

  /// The user's columns that a node reads.
  public func extras(_ key: NodeKey) -> [ExtraColumn] { extras[key] ?? [] }

  /// SHA-256 of all that a node knows at `now`: its bars and, where it reads any, the user's columns.
  public func digest(_ key: NodeKey, at now: Timestamp) -> String {
    let bars = series(key).digest(at: now)
    let columns = extras(key)
    guard !columns.isEmpty else { return bars }
    var sha = SHA256()
    sha.update(bars)
    for column in columns { sha.update(column.known(at: now)) }
    return sha.hex()
  }

  /// The bars of a node.
  /// - Precondition: the history has the node.
  public func series(_ key: NodeKey) -> BarSeries {
    guard let found = series[key] else { preconditionFailure("\(key) is not in the history") }
    return found
  }

  /// All symbols on the primary timeframe.
  public var grid: BarGrid {
    BarGrid(symbols.map { series(NodeKey($0, primary)) })
  }

  /// All symbols on one timeframe, which every symbol must have.
  public func grid(_ timeframe: Timeframe) -> BarGrid {
    BarGrid(symbols.map { series(NodeKey($0, timeframe)) })
  }

  /// When each symbol's market is open, in the order of the symbols.
  public var calendars: [TradingCalendar] {
    symbols.map { series(NodeKey($0, primary)).calendar }
  }

  /// The calendar of all symbols together, by whose steps the portfolio's equity moves: open whenever
  /// one of theirs is.
  public var calendar: TradingCalendar {
    guard let union = TradingCalendar.union(of: calendars) else {
      preconditionFailure("a history has symbols")
    }
    return union
  }

  /// From where on models are trained and judged, and the last close of any symbol.
  ///
  /// Where a symbol without history is an error, that is the time at which all have begun; where it is left
  /// out of a fold, the first bar of any.
  public func span(_ onMissing: Portfolio.OnMissing) throws(ResearchError) -> (
    start: Timestamp, end: Timestamp
  ) {
    let all = symbols.map { series(NodeKey($0, primary)) }.filter { !$0.isEmpty }
    let firsts = all.map { $0.times[0] }
    guard let start = onMissing == .error ? firsts.max() : firsts.min(),
      let end = all.map({ $0.knownAt($0.count - 1) }).max(), start < end
    else { throw .noCommonHistory }
    return (start, end)
  }

  /// The last close of any symbol on the primary timeframe; nil where no bar is known.
  public var lastClose: Timestamp? {
    symbols.compactMap { symbol in
      let own = series(NodeKey(symbol, primary))
      return own.isEmpty ? nil : own.knownAt(own.count - 1)
    }.max()
  }

  /// The same history as it was known at `now`.
  public func known(at now: Timestamp) -> MarketHistory {
    var copy = MarketHistory(copy: self, series: series.mapValues { $0.known(at: now) })
    copy.extras = extras.mapValues { columns in columns.map { $0.known(at: now) } }
    return copy
  }

  private init(copy: MarketHistory, series: [NodeKey: BarSeries]) {
    symbols = copy.symbols
    primary = copy.primary
    given = copy.given
    self.series = series
  }

  /// The history that follows from other bars: given series are changed, the rest resampled anew.
  /// - Parameters:
  ///   - symbols: those that take part; nil takes all.
  ///   - columns: changes the user's columns; nil leaves them.
  ///   - change: changes the bars of a given series.
  /// - Throws: `ResearchError.noBars` where nothing is left of a symbol.
  public func rebuilt(
    symbols: [Symbol]? = nil, columns: ((NodeKey, ExtraColumn) -> ExtraColumn)? = nil,
    bars change: (BarSeries) -> BarSeries
  ) throws -> MarketHistory {
    let timeframes = Set(series.keys.map(\.timeframe)).sorted()
    let rebuilt = try MarketHistory(
      symbols: symbols ?? self.symbols, timeframes: timeframes, primary: primary, risk: primary
    ) { symbol, timeframe in
      let own = self.series(NodeKey(symbol, timeframe))
      guard given.contains(NodeKey(symbol, timeframe)) else { return own.prefix(0) }
      return change(own)
    }
    return rebuilt.reading { key in
      extras(key).map { columns?(key, $0) ?? $0 }
    }
  }
}

extension BarSeries {
  /// SHA-256 over calendar, times and bit patterns of the bars known at `now`: what a model was trained on.
  public func digest(at now: Timestamp) -> String {
    var sha = SHA256()
    sha.update(symbol.name)
    sha.update(timeframe.name)
    // The calendar tells a gap from a closed market, and so what a row holds. Bars around the clock keep the
    // digests that they had before it was asked.
    if calendar != .continuous { sha.update(calendar.rawValue) }
    for index in 0..<countKnown(at: now) {
      sha.update(times[index].milliseconds)
      sha.update(opens[index])
      sha.update(highs[index])
      sha.update(lows[index])
      sha.update(closes[index])
      sha.update(volumes[index])
    }
    return sha.hex()
  }
}

extension ExtraColumn {
  /// SHA-256 of the values that are known at `now`.
  public func digest(at now: Timestamp) -> String {
    var sha = SHA256()
    sha.update(known(at: now))
    return sha.hex()
  }
}

extension SHA256 {
  /// Appends a column's name, and its values with when each is known.
  fileprivate mutating func update(_ column: ExtraColumn) {
    update(column.name)
    update(Int64(column.values.count))
    for (time, value) in zip(column.knownAt, column.values) {
      update(time.milliseconds)
      update(value)
    }
  }
}
