import Research
import Statistics

/// What each figure of the report is, said once.
extension HTMLReport {
  static func conventions(_ report: BacktestReport) -> HTMLPage.Section {
    let texts =
      returnConventions(report) + riskConventions + evidenceConventions + windowConventions(report)
    return HTMLPage.Section(
      id: "conventions", title: "Conventions",
      body: entries(texts.map { BacktestReport.Entry($0.0, $0.1) }))
  }

  private static func returnConventions(_ report: BacktestReport) -> [(String, String)] {
    let steps = format.periods(report.stepsPerYear)
    let byCalendar = format.percent(report.portfolio.calendarGrowthRate, 2)
    let fitted = HTMLReport.blocks(report)
    return [
      (
        "Returns",
        "Simple returns of equity, one step a \(report.stepName), \(steps) steps a year (P). Price "
          + "returns, dividends excluded."
      ),
      (
        "Growth a year (CAGR)",
        "(last equity / first equity)^(P / steps) − 1. By calendar time, at 365.25 days a year, the "
          + "portfolio's is \(byCalendar)."
      ),
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
          + "Romano 1994), with mean blocks of a 25th of the steps and 20 at most\(fitted); none "
          + "below \(StationaryBootstrap.fewestReturns) steps."
      ),
      (
        "Advantage",
        "Sharpe ratio of the portfolio minus that of the baseline. Both are resampled with the same "
          + "blocks, so that what they share cancels. A yes needs each beyond chance after all trials, "
          + "too: 2.5 % over their number on one side (Bonferroni), the interval taken as a normal one."
      ),
      (
        "Deflated Sharpe ratio",
        "Probability that the true Sharpe ratio exceeds the best that the counted number of worthless "
          + "trials would show by luck, with the returns' skewness and kurtosis (Bailey and López de "
          + "Prado 2014). Trials are the runs of this portfolio, and all others in the database that "
          + "looked at bars of one of its symbols over the same time: whatever their file is called, "
          + "and the other sizing and the ablations that reports show; all are counted. How far they "
          + "differ is taken from the ratios over the same dates, those within a tenth of the standard "
          + "error of each other once; where these are fewer than two, than half of the others up to ten, "
          + "or than the others without one, "
          + "it is at least the standard error, by which independent trials without skill differ."
      ),
      ("Sortino ratio", "Mean excess return over the root mean square of the negative ones × √P."),
      ("Drawdown", "Equity over its highest value so far, − 1. The start capital is a peak."),
      ("Calmar ratio", "Growth a year over the depth of the deepest drawdown."),
    ]
  }

  /// What becomes of the record when bars are added.
  private static func windowConventions(_ report: BacktestReport) -> [(String, String)] {
    guard report.testWindows > 0 else { return [] }
    let count = report.testWindows
    let windows = format.count(count) + (count == 1 ? " window" : " windows")
    if let days = report.testWindowDays {
      return [
        (
          "Test windows",
          "\(windows) of \(days)d each, from split.start on (split.every). The last one grows with the "
            + "bars, which change nothing of the days before them."
        )
      ]
    }
    return [
      (
        "Test windows",
        "Cut into \(windows) over its whole span: a later end moves their borders and makes the past "
          + "anew, with other models. split.every keeps them."
      )
    ]
  }

  /// The blocks of the intervals beside those that the returns' memory asks for.
  private static func blocks(_ report: BacktestReport) -> String {
    guard let evidence = report.evidence else { return "" }
    return " (here \(format.fixed(evidence.meanBlockLength, 1)); the returns' memory asks for "
      + "\(format.fixed(evidence.fittedBlockLength, 1)), by the rule of Politis and White 2004)"
  }

  private static let riskConventions = [
    (
      "Before costs",
      "What each step cost added back to its return (commission, slippage, spread, market impact, "
        + "borrowing, funding and write-offs): the same positions, free of charge."
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
      "Steps after which the two-sided 95 % interval of the Sharpe ratio measured would be above 0 "
        + "(97.5 % one-sided), with the returns' skewness and kurtosis (Bailey and López de Prado "
        + "2012)."
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
