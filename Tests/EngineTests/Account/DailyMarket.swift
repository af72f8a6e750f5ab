import Engine
import Market
import Trading

/// Small daily markets whose every number is worked by hand.
struct DailyMarket {
  static let start = Timestamp(year: 2020, month: 1, day: 1)

  static func day(_ index: Int) -> Timestamp {
    start + Int64(index) * Timestamp.millisecondsPerDay
  }

  /// A bar of a day; the range is that of open and close where none is given.
  struct Day {
    var index: Int
    var open: Double
    var high: Double
    var low: Double
    var close: Double
    var volume: Double

    init(
      _ index: Int, _ open: Double, _ close: Double, high: Double? = nil, low: Double? = nil,
      volume: Double = 1000
    ) {
      self.index = index
      self.open = open
      self.close = close
      self.high = high ?? max(open, close)
      self.low = low ?? min(open, close)
      self.volume = volume
    }
  }

  static func series(
    _ symbol: Symbol, _ days: [Day], calendar: TradingCalendar = .continuous
  ) -> BarSeries {
    BarSeries(
      symbol: symbol, timeframe: .d1, calendar: calendar,
      bars: days.map {
        Bar(
          time: day($0.index), open: $0.open, high: $0.high, low: $0.low, close: $0.close,
          volume: $0.volume)
      })
  }

  /// Bars at one price on each of the days.
  static func flat(_ symbol: Symbol, _ price: Double, _ days: Range<Int>) -> BarSeries {
    series(symbol, days.map { Day($0, price, price) })
  }

  static func loop(
    _ series: [BarSeries], splits: [Split] = [],
    _ change: (inout CostSettings, inout CapitalSettings) -> Void = { _, _ in }
  ) -> StepLoop {
    var costs = CostSettings(commission: 0, slippage: 0)
    var capital = CapitalSettings()
    capital.cash = 1000
    change(&costs, &capital)
    return StepLoop(grid: BarGrid(series), costs: costs, capital: capital, splits: splits)
  }

  static func run(
    _ loop: StepLoop, _ script: [Int: [Double?]], brackets: [Bracket?]? = nil
  ) async throws -> EngineRun {
    try await loop.run(
      0..<loop.grid.times.count, BracketedScript(script: script, brackets: brackets))
  }
}

/// Targets by step, and the same protective orders from the first close on.
struct BracketedScript: DecisionMaker {
  var script: [Int: [Double?]]
  var brackets: [Bracket?]?

  func decide(_ moment: Moment) async -> Targets? {
    let count = moment.book.symbols.count
    guard script[moment.step] != nil || brackets != nil else { return nil }
    return Targets(
      weights: script[moment.step] ?? Array(repeating: nil, count: count),
      reasons: Array(repeating: "script", count: count), brackets: brackets)
  }
}
