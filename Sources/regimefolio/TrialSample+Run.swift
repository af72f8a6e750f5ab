import Engine
import Market
import Research
import Store

extension TrialSample {
  /// What a run of a portfolio was measured on.
  /// - Parameter settings: their hash; nil where they do not tell what was tried.
  init(_ run: EngineRun, of portfolio: Portfolio, settings: String? = nil) {
    self.init(
      symbols: run.symbols, first: run.knownAt[0], last: run.knownAt[run.knownAt.count - 1],
      step: max(portfolio.primary, .d1), settings: settings)
  }

  /// The ratios of trials; nil for one of other steps, which was a try all the same.
  func sharpes(of trials: [StoredTrial]) -> [Double?] {
    trials.map { trial in
      trial.sample.map(hasSteps(of:)) ?? false ? trial.objective : nil
    }
  }
}
