import Report
import Research

/// The HTML reports of a portfolio.
enum ReportFiles {
  /// Returns the paths of the backtest's and the allocation's report.
  ///
  /// A page to read carries nothing out: the next allocation does not start from this one.
  /// - Parameter holdings: a file of what is held.
  static func write(
    _ report: BacktestReport, _ workspace: Workspace, to folder: String, holdings: String? = nil
  ) async throws -> [String] {
    let name = workspace.portfolio.name
    let backtest = "\(folder)/\(name)-backtest.html"
    let allocation = "\(folder)/\(name)-allocation.html"
    // Where nothing can be decided, no half of the pages is left.
    let decided = try await AllocationStep.run(workspace, holdings: holdings)
    try TextFile.write(HTMLReport.backtest(report), to: backtest)
    try TextFile.write(HTMLReport.allocation(decided), to: allocation)
    return [backtest, allocation]
  }
}
