import Allocation
import Engine
public import Market
import Models
import Statistics

/// A part of a portfolio that is taken out, to see what it adds.
///
/// Models and their record stay as they are: what changes is what is made of them, so that a difference
/// is the part's own and not another training's.
public enum Ablation: Sendable, Hashable {
  /// The forecasts of one timeframe count alone.
  case onlyForecasts(Timeframe)
  /// Nothing that is decided reads a regime (`Portfolio.withoutRegimes`).
  case withoutRegimes
  /// Every gate is shut.
  case withoutForecasts
  /// Nothing but the gross limit holds.
  case withoutLimits
  /// The prior under the volatility target: neither regimes nor forecasts.
  case priorAlone

  public var name: String {
    switch self {
    case .onlyForecasts(let timeframe): "only \(timeframe) forecasts"
    case .withoutRegimes: "without regimes"
    case .withoutForecasts: "without forecasts"
    case .withoutLimits: "without limits"
    case .priorAlone: "prior alone"
    }
  }

  /// Those that take something from a portfolio of this kind.
  public static func all(of portfolio: Portfolio) -> [Ablation] {
    let forecasting = portfolio.timeframes.filter { $0.weight > 0 }.map(\.timeframe)
    return (forecasting.count > 1 ? forecasting.map { .onlyForecasts($0) } : [])
      + [.withoutRegimes, .withoutForecasts, .withoutLimits]
      + (portfolio.allocation.mode == .priorTilt ? [.priorAlone] : [])
  }
}

extension Backtest {
  /// The same backtest, of the same models, without a part.
  public func without(_ ablation: Ablation) -> Backtest {
    var portfolio = portfolio
    var skill = skill
    switch ablation {
    case .onlyForecasts(let timeframe):
      for index in portfolio.timeframes.indices
      where portfolio.timeframes[index].timeframe != timeframe {
        portfolio.timeframes[index].weight = 0
      }
    case .withoutRegimes:
      portfolio = portfolio.withoutRegimes()
    case .withoutForecasts:
      skill = skill.shut()
    case .withoutLimits:
      portfolio.limits = LimitSettings(gross: portfolio.limits.gross, net: nil)
    case .priorAlone:
      portfolio = portfolio.withoutRegimes()
      skill = skill.shut()
    }
    return Backtest(
      portfolio, history: history, plan: plan, models: models, skill: skill, workers: workers)
  }

  /// A run as a row of the table of ablations.
  /// - Parameter whole: the run with all its parts; nil where this is it.
  public func ablationRow(_ outcome: Outcome, name: String, whole: Outcome?) throws
    -> AblationReport.Row
  {
    let perYear = history.calendar.barsPerYear(max(portfolio.primary, .d1))
    let own = EquityCurve(outcome.run, of: portfolio)
    let resamples = StationaryBootstrap.ofReport(steps: own.returns.count)?
      .resamples(of: own.returns.count)
    var row = try RunCurve(
      name: name, run: outcome.run, curve: own, stepsPerYear: perYear, resamples: resamples)
    if let whole = whole.map({ EquityCurve($0.run, of: portfolio) }), !whole.isRuined,
      !own.isRuined
    {
      let worth = try resamples?.sharpeDifference(
        whole.excess, minus: own.excess, barsPerYear: perYear)
      row.sharpeAdvantage = worth?.estimate
      row.sharpeAdvantageInterval = worth.map { $0.lower...$0.upper }
    }
    return AblationReport.Row(name: name, curve: row, runHash: outcome.run.hash)
  }
}
