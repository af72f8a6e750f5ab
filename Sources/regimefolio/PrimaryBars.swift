import Market
import Research
import Store

/// The bars that a portfolio steps on: ingested ones, or else made from the nearest finer ones.
struct PrimaryBars {
  private let database: BarDatabase
  private let timeframe: Timeframe
  private let known: [SeriesInfo]
  /// The last close of any symbol's bars: where one symbol's are missing, those of another tell that
  /// time has passed.
  private let lastClose: Timestamp?

  init(of symbols: [Symbol], _ timeframe: Timeframe, in database: BarDatabase, known: [SeriesInfo])
  {
    self.database = database
    self.timeframe = timeframe
    self.known = known
    lastClose = known.filter { symbols.contains($0.symbol) }
      .map { $0.last + $0.timeframe.milliseconds }.max()
  }

  /// Throws `StoreError.unknownSeries` where there are none to read and none to make them from, and
  /// `ResearchError.partialSessions` where they cannot be made.
  func series(_ symbol: Symbol) throws -> BarSeries {
    let own = known.filter { $0.symbol == symbol }.map(\.timeframe)
    let finer = own.filter {
      $0 < timeframe && timeframe.milliseconds % $0.milliseconds == 0
    }.max()
    guard !own.contains(timeframe), let finer else {
      return try database.bars(symbol, timeframe)
    }
    let fine = try database.bars(symbol, finer)
    guard fine.calendar.canMake(timeframe) else {
      throw ResearchError.partialSessions(symbol, timeframe, finer)
    }
    return fine.resampled(to: timeframe, at: lastClose)
  }
}
