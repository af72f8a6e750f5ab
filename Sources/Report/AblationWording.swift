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

  /// The rows that are the same run as an earlier one; nil where there is none.
  static func twins(_ report: AblationReport) -> String? {
    let twins = report.rows.indices.compactMap { index in
      report.twin(of: index).map { "\(report.rows[index].name) (same run as \($0.name))" }
    }
    return twins.isEmpty
      ? nil : "Nothing to take out, and no further trial: \(twins.joined(separator: ", "))."
  }
}
