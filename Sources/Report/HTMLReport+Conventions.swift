import Research
import Statistics

/// What each figure of the report is, said once.
extension HTMLReport {
  static func conventions(_ report: BacktestReport) -> HTMLPage.Section {
    let texts = returnConventions(report) + riskConventions + evidenceConventions
    return HTMLPage.Section(
      id: "conventions", title: "Conventions",
      body: entries(texts.map { BacktestReport.Entry($0.0, $0.1) }))
  }

  private static func returnConventions(_ report: BacktestReport) -> [(String, String)] {
    let steps = format.fixed(
      report.stepsPerYear, report.stepsPerYear.rounded() == report.stepsPerYear ? 0 : 2)
    return [
      (
        "Returns",
        "Simple returns of equity, one step a \(report.stepName), \(steps) steps a year (P). Price "
          + "returns, dividends excluded."
      ),
      ("Growth a year (CAGR)", "(last equity / first equity)^(P / steps) − 1."),
      ("Volatility", "Sample standard deviation of the returns (ddof 1) × √P."),
      (
        "Sharpe ratio",
        "Mean of the returns above what cash earned (here "
          + "\(format.percent(report.portfolio.performance.riskFreeRate)) a year) over their sample "
          + "standard deviation × √P."
      ),
      (
        "Its interval",
        "2.5 % and 97.5 % quantiles over resamples of the stationary block bootstrap (Politis and "
          + "Romano 1994), with mean blocks of a 25th of the steps and 20 at most; none below "
          + "\(StationaryBootstrap.fewestReturns) steps."
      ),
      (
        "Advantage",
        "Sharpe ratio of the portfolio minus that of the baseline. Both are resampled with the same "
          + "blocks, so that what they share cancels."
      ),
      (
        "Deflated Sharpe ratio",
        "Probability that the true Sharpe ratio exceeds the best that the counted number of worthless "
          + "trials would show by luck, with the returns' skewness and kurtosis (Bailey and López de "
          + "Prado 2014). How far trials differ is taken from those over the same dates; all are "
          + "counted."
      ),
      ("Sortino ratio", "Mean excess return over the root mean square of the negative ones × √P."),
      ("Drawdown", "Equity over its highest value so far, − 1. The start capital is a peak."),
      ("Calmar ratio", "Growth a year over the depth of the deepest drawdown."),
    ]
  }

  private static let riskConventions = [
    (
      "Before costs",
      "Each step's commission and slippage added back to its return: the same positions, free of "
        + "charge."
    ),
    ("CVaR 95 %", "Mean of the returns at or below their 5 % quantile, per step."),
    (
      "VaR and CVaR",
      "Historical: quantile linear between order statistics, mean at or below it. Normal: that of "
        + "the sample's mean and deviation. Cornish-Fisher: the normal quantile corrected for "
        + "skewness and kurtosis."
    ),
    (
      "Omega, payoff, capture",
      "Sum of gains over sum of losses; mean gain over mean loss; geometric mean of the returns on "
        + "the steps on which the benchmark rose (did not rise) over its own there."
    ),
    (
      "CDaR 95 %", "Mean of the worst 5 % of the distances from the peak."
    ),
    (
      "Turnover", "Notional traded, buys and sells, over the equity before each trade, a year."
    ),
    (
      "Exposure", "Mean of the sum of absolute weights; 100 % is fully invested without leverage."
    ),
    (
      "Advantage over cash",
      "Cash has no Sharpe ratio, since nothing of it is above what cash earned: it is the "
        + "portfolio's own."
    ),
  ]

  private static let evidenceConventions = [
    (
      "Minimum track record",
      "Steps after which the Sharpe ratio measured would be above 0 at 95 %, with the returns' "
        + "skewness and kurtosis (Bailey and López de Prado 2012)."
    ),
    (
      "Probability of overfitting",
      "Combinatorially symmetric cross-validation over 16 blocks (Bailey, Borwein, López de Prado "
        + "and Zhu 2017), over variants run beside each other."
    ),
    (
      "IC, R²",
      "Correlation of forecast and outcome; 1 − squared error / squared outcome, so that the zero "
        + "forecast has 0. Hit rate with the Wilson interval at 95 %."
    ),
    (
      "Gate",
      "A forecast counts with weight clip(slope, 0, 1) × max(0, 1 − (1.645 / t)²), t robust to "
        + "autocorrelation, on out-of-sample pairs only. Below 250 effective pairs: cannot tell."
    ),
    (
      "Regimes",
      "Filtered probabilities of a hidden Markov model, known at the close of the bar."
    ),
    (
      "Execution",
      "Decided at a close, filled at the next open, worse by slippage, plus commission."
    ),
  ]
}
