import Engine
import Market
import Research
import Store

extension TrialSample {
  /// What a run of a portfolio was measured on.
  /// - Parameter settings: the hash of what was tried; nil for a sample that is only looked for.
  init(
    _ run: EngineRun, of portfolio: Portfolio, settings: String? = nil,
    columns: TrialColumns? = nil
  ) {
    self.init(
      symbols: run.symbols, first: run.knownAt[0], last: run.knownAt[run.knownAt.count - 1],
      step: max(portfolio.primary, .d1), settings: settings, columns: columns)
  }

  /// The ratios of trials; nil for one of other steps, which was a try all the same.
  func sharpes(of trials: [StoredTrial]) throws -> [Double?] {
    try trials.map { trial in
      try trial.sample.map(hasSteps(of:)) ?? false ? trial.objective : nil
    }
  }
}
