public import Engine
public import SignalGraph

/// A backtest that is over: what statistics and exporters of a user's own read.
///
/// ```swift
/// struct WorstDay: RunStatistic {
///   let name = "worst day"
///   func value(of run: FinishedRun) -> Double? { run.report.portfolio.performance.worst }
/// }
/// let run = try FinishedRun(report: report, run: outcome.run, decisions: outcome.decisions)
///   .measured(by: [WorstDay()])
/// ```
public struct FinishedRun: Sendable {
  /// All that reports show, closed trades and baselines among it.
  public var report: BacktestReport
  /// Equity, cash, exposure and weights at every close; orders and fills.
  public var run: EngineRun
  /// What was decided, and why.
  public var decisions: [PortfolioDecision]

  public init(report: BacktestReport, run: EngineRun, decisions: [PortfolioDecision]) {
    self.report = report
    self.run = run
    self.decisions = decisions
  }

  /// The same run with the values of statistics in its report, after those that are there.
  public func measured(by statistics: [any RunStatistic]) throws -> FinishedRun {
    var copy = self
    copy.report.ownStatistics += try statistics.map { ($0.name, try $0.value(of: self)) }
    return copy
  }
}

/// One figure about a finished run. Reports show it under its name.
public protocol RunStatistic: Sendable {
  var name: String { get }
  /// Nil where the figure is not defined; an error where the run is not what it needs.
  func value(of run: FinishedRun) throws -> Double?
}

/// Writes a finished run in a format of its own.
public protocol RunExporter: Sendable {
  /// Files by name; whoever asked for them writes them.
  func files(of run: FinishedRun) throws -> [ExportedFile]
}

/// A file that is to be written.
public struct ExportedFile: Sendable, Equatable {
  /// Without a folder: `fills.csv`.
  public var name: String
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}
