import Report
import Research

/// The HTML reports of a portfolio.
enum ReportFiles {
  /// Returns the paths of the backtest's and the allocation's report.
  static func write(_ report: BacktestReport, _ workspace: Workspace, to folder: String)
    async throws -> [String]
  {
    let name = workspace.portfolio.name
    let backtest = "\(folder)/\(name)-backtest.html"
    let allocation = "\(folder)/\(name)-allocation.html"
    try TextFile.write(HTMLReport.backtest(report), to: backtest)
    try TextFile.write(
      HTMLReport.allocation(try await AllocationStep.run(workspace)), to: allocation)
    return [backtest, allocation]
  }
}
