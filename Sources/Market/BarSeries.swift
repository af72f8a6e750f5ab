/// The history of one symbol on one timeframe, a column an array, times strictly increasing.
public struct BarSeries: Sendable, Equatable {
  public let symbol: Symbol
  public let timeframe: Timeframe
  public let calendar: TradingCalendar
  public private(set) var times: [Timestamp] = []
  public private(set) var opens: [Double] = []
  public private(set) var highs: [Double] = []
  public private(set) var lows: [Double] = []
  public private(set) var closes: [Double] = []
  public private(set) var volumes: [Double] = []
  /// The part of each bar's finer slots that exist: 1 for a bar that was ingested as it is.
  public private(set) var coverage: [Double] = []

  public init(symbol: Symbol, timeframe: Timeframe, calendar: TradingCalendar) {
    self.symbol = symbol
    self.timeframe = timeframe
    self.calendar = calendar
  }

  public init(
    symbol: Symbol, timeframe: Timeframe, calendar: TradingCalendar, bars: some Sequence<Bar>
  ) {
    self.init(symbol: symbol, timeframe: timeframe, calendar: calendar)
    for bar in bars { append(bar) }
  }

  public var count: Int { times.count }
  public var isEmpty: Bool { times.isEmpty }

  /// Adds the next bar. Its time is on the timeframe's grid and after the last one.
  public mutating func append(_ bar: Bar, coverage part: Double = 1) {
    precondition(times.last.map { $0 < bar.time } ?? true, "bars are in order of time")
    precondition(timeframe.isOnGrid(bar.time), "\(bar.time) is off the grid of \(timeframe)")
    times.append(bar.time)
    opens.append(bar.open)
    highs.append(bar.high)
    lows.append(bar.low)
    closes.append(bar.close)
    volumes.append(bar.volume)
    coverage.append(part)
  }

  public subscript(index: Int) -> Bar {
    Bar(
      time: times[index], open: opens[index], high: highs[index], low: lows[index],
      close: closes[index], volume: volumes[index])
  }

  /// The instant at which bar `index` is known: its close, one timeframe after its open.
  public func knownAt(_ index: Int) -> Timestamp {
    times[index] + timeframe.milliseconds
  }

  /// The number of bars that are known at `now`.
  public func countKnown(at now: Timestamp) -> Int {
    Market.countKnown(count, at: now, knownAt: knownAt)
  }

  /// The first `length` bars.
  public func prefix(_ length: Int) -> BarSeries {
    precondition(length <= count)
    var copy = BarSeries(symbol: symbol, timeframe: timeframe, calendar: calendar)
    copy.times = Array(times.prefix(length))
    copy.opens = Array(opens.prefix(length))
    copy.highs = Array(highs.prefix(length))
    copy.lows = Array(lows.prefix(length))
    copy.closes = Array(closes.prefix(length))
    copy.volumes = Array(volumes.prefix(length))
    copy.coverage = Array(coverage.prefix(length))
    return copy
  }

  /// The bars that are known at `now`.
  public func known(at now: Timestamp) -> BarSeries {
    prefix(countKnown(at: now))
  }

  /// The slots missing just before bar `index`; 0 for the first bar.
  public func missingSlots(before index: Int) -> Int {
    guard index > 0 else { return 0 }
    return calendar.missingSlots(from: times[index - 1], to: times[index], timeframe)
  }
}

extension BarSeries: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { count }
}
