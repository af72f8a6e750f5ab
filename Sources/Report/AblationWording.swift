import Research

/// What the rows of an ablation lack, and what stays in all of them.
enum AblationWording {
  static let difference =
    "The whole minus this run is the difference of their Sharpe ratios, paired: what the part that the "
    + "run lacks adds. A run of only one timeframe's forecasts lacks those of all others, so its row is "
    + "about the others."

  static let parts =
    "Without regimes every size is 1, and no rule, conviction or covariance reads one; a number of a "
    + "rule that differs by regime is the mean of its values. Without forecasts every gate is shut; the "
    + "prior alone has neither. Regimes stay among the networks' inputs, which are trained in, and in "
    + "rules of your own."

  /// The rows that are the same run as an earlier one; nil where there is none. Only one that is the whole
  /// again takes nothing out: what two others lack alike is worth what their rows say.
  static func twins(_ report: AblationReport) -> String? {
    var (idle, alike): ([String], [String]) = ([], [])
    for index in report.rows.indices {
      guard let twin = report.twin(of: index) else { continue }
      let text = "\(report.rows[index].name) (same run as \(twin.name))"
      if report.takesNothing(index) { idle.append(text) } else { alike.append(text) }
    }
    let sentences = [
      ("Nothing to take out, and no further trial", idle), ("One trial together", alike),
    ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))." }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }
}
