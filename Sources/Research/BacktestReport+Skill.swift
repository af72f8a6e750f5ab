import Market
import Signals
import Statistics

/// What the forecasts of a backtest were worth.
extension Backtest {
  /// The pairs of forecast and outcome of a timeframe in the test windows.
  private func testedPairs(_ timeframe: Timeframe) -> [SkillRecord.Pair] {
    let start = plan.folds.outer[0].testFrom
    return (skill.records[timeframe]?.pairs ?? []).filter { $0.knownAt > start }
  }

  /// Skill of each node over the test windows, and what it added to the tilt.
  func attribution(_ outcome: Outcome) throws -> [BacktestReport.AttributionRow] {
    let tested = portfolio.timeframes.map { testedPairs($0.timeframe) }
    return try outcome.signals.flatMap { symbol, signals in
      try portfolio.timeframes.enumerated().map { index, weight in
        let pairs = tested[index].filter { $0.symbol == symbol }
        let record =
          pairs.count > 2
          ? try ForecastSkill(
            forecasts: pairs.map(\.forecast), outcomes: pairs.map(\.outcome)) : nil
        var alpha = 0.0
        for signal in signals { alpha += abs(signal.parts[index].alpha) }
        var row = BacktestReport.AttributionRow(
          symbol: symbol, timeframe: weight.timeframe, pairs: pairs.count,
          informationCoefficient: record?.informationCoefficient,
          hitRate: record?.hitRate?.estimate,
          hitInterval: record?.hitRate.map { $0.lower...$0.upper }, r2: record?.r2AgainstZero,
          meanAbsoluteAlpha: alpha / Double(max(1, signals.count)))
        row.skill = record
        return row
      }
    }
  }

  func timeframeSkills(_ nodes: [BacktestReport.AttributionRow]) throws
    -> [TimeframeSkill]
  {
    try portfolio.timeframes.map { weight in
      let own = nodes.filter { $0.timeframe == weight.timeframe }
      let alpha = own.reduce(0) { $0 + $1.meanAbsoluteAlpha }
      return try TimeframeSkill(
        weight.timeframe, pairs: testedPairs(weight.timeframe),
        meanAbsoluteAlpha: alpha / Double(max(1, own.count)))
    }
  }
}
