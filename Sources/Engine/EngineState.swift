import Market
public import Trading

/// Where a run stands between two steps: the account, what it waits for, and what it has left behind.
///
/// A value that can be encoded. A run that goes on from a decoded state ends in the same bytes as one
/// that was never interrupted, if its decision maker does.
public struct EngineState: Sendable, Equatable, Codable {
  /// The step that comes next.
  public internal(set) var nextStep: Int
  let firstStep: Int
  public internal(set) var book: Book
  var pending: WaitingOrders
  var lastBars: [Timestamp?]
  /// One a symbol, or none before any was set.
  var brackets: [Bracket?] = []
  /// What has happened so far.
  public internal(set) var run: EngineRun

  init(firstStep: Int, symbols: [Symbol], capital: CapitalSettings) {
    nextStep = firstStep
    self.firstStep = firstStep
    book = Book(symbols: symbols, cash: capital.cash)
    pending = WaitingOrders(symbols: symbols.count)
    lastBars = Array(repeating: nil, count: symbols.count)
    run = EngineRun(symbols: symbols, startCapital: capital.cash)
  }
}
