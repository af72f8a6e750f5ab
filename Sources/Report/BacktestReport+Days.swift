import Market
import Research

extension BacktestReport {
  /// The day of a close, `2018-06-15`: of one at midnight the day that it ended, as returns by month count
  /// it. The run's start is where its first day begins.
  func day(of close: Timestamp) -> String {
    close == start ? close.date : (close - 1).date
  }

  /// `2018-04-01 to 2018-06-15`: the run's first day and its last.
  var period: String { "\(day(of: start)) to \(day(of: end))" }
}
