import Research

/// The words that every report uses of cross-validation.
enum CrossValidationWording {
  /// `6 groups, 2 tested: 15 trainings, 5 paths`.
  static func design(_ report: CrossValidationReport, _ format: NumberFormat) -> String {
    "\(report.groups) groups, \(report.testGroups) tested: \(format.count(report.splits)) trainings, "
      + "\(format.count(report.paths.count)) paths"
  }

  /// The distribution in a sentence.
  static func finding(_ report: CrossValidationReport, _ format: NumberFormat) -> String {
    guard let least = report.least, let greatest = report.greatest else {
      return "No path has a Sharpe ratio."
    }
    return "The paths' Sharpe ratios run from \(format.fixed(least, 2)) to "
      + "\(format.fixed(greatest, 2)), median \(format.fixed(report.median, 2)), mean "
      + "\(format.fixed(report.mean, 2)), deviation \(format.fixed(report.deviation, 2)); "
      + "\(format.count(report.pathsAboveZero)) of \(format.count(report.paths.count)) are above 0."
  }

  /// What was kept apart.
  static func borders(_ report: CrossValidationReport, _ format: NumberFormat) -> String {
    "Beside each tested group \(format.count(report.embargo)) bars are dropped before it, and "
      + "\(format.count(report.purge + report.embargo)) after it."
  }
}
