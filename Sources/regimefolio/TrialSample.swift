import Engine
import Market
import Report
import Research
import Store

/// The dates and the step that a trial's Sharpe ratio was measured on, kept with it as its spec.
///
/// How far trials' ratios differ tells what the best of them owes to luck only where all were measured on
/// one sample (Bailey and López de Prado 2014): beside two years, the ratio of two days is noise.
struct TrialSample {
  let specJSON: String

  init(_ backtest: Backtest, _ outcome: Backtest.Outcome) {
    let times = outcome.run.knownAt
    specJSON =
      JSONValue.object([
        "first": .string(times.first?.description), "last": .string(times.last?.description),
        "step": .string(max(backtest.portfolio.primary, .d1).name),
      ]).embedded
  }

  /// The ratios of trials; nil for one of another sample, which was a try all the same.
  func sharpes(of trials: [StoredTrial]) -> [Double?] {
    trials.map { $0.specJSON == specJSON ? $0.objective : nil }
  }
}
