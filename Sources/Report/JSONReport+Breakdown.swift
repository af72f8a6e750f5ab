import Market
import Research
import Statistics

/// Where the result came from, and how sure it is.
extension JSONReport {
  /// The members of a backtest's object that say where the result came from.
  static func breakdown(_ report: BacktestReport, points: Int?) -> [String: JSONValue] {
    let statistics = report.ownStatistics.map { entry -> JSONValue in
      .object(["name": .string(entry.name), "value": .number(entry.value)])
    }
    var members: [String: JSONValue] = [:]
    members["evidence"] = report.evidence.map(value(of:)) ?? .null
    members["overfitting"] = report.overfitting.map(value(of:)) ?? .null
    members["ablation"] = report.ablation.map { value(of: $0, points: points) } ?? .null
    members["crossValidation"] =
      report.crossValidation.map { value(of: $0, points: points) } ?? .null
    members["calendar"] = report.calendar.map(value(of:)) ?? .null
    members["crossRegimes"] = report.crossRegimes.map(value(of:)) ?? .null
    members["riskBenchmark"] = .string(report.riskBenchmark)
    members["riskFigures"] = .array(report.riskFigures.map(value(of:)))
    members["drawdowns"] = .array(report.drawdowns.map(value(of:)))
    members["contributions"] = .array(report.contributions.map(value(of:)))
    members["listings"] = .array(report.listings.map(value(of:)))
    members["timeframeSkills"] = .array(report.timeframeSkills.map(value(of:)))
    members["trades"] = .array(report.tradeSummaries.map(value(of:)))
    members["costDrag"] = report.costDrag.map(value(of:)) ?? .null
    members["statistics"] = .array(statistics)
    return members
  }

  static func value(of costs: RunCosts) -> JSONValue {
    .object([
      "fees": .number(costs.commission), "slippage": .number(costs.slippage),
      "spread": .number(costs.spread), "impact": .number(costs.impact),
      "writeOffs": .number(costs.writeOffs), "borrow": .number(costs.borrow),
      "funding": .number(costs.funding), "interest": .number(costs.interest),
      "total": .number(costs.total),
    ])
  }

  static func value(of evidence: SharpeEvidence) -> JSONValue {
    .object([
      "steps": .integer(evidence.steps), "standardError": .number(evidence.standardError),
      "standardErrorOfNormalReturns": .number(evidence.standardErrorOfNormalReturns),
      "meanBlockLength": .number(evidence.meanBlockLength),
      "fittedBlockLength": .number(evidence.fittedBlockLength),
      "skewness": .number(evidence.skewness), "kurtosis": .number(evidence.kurtosis),
      "probabilisticSharpe": .number(evidence.probability), "t": .number(evidence.t),
      "trials": .integer(evidence.trials), "comparedTrials": .integer(evidence.comparedTrials),
      "isSpreadAssumed": .bool(evidence.isSpreadAssumed),
      "expectedBest": .number(evidence.expectedBest),
      "deflatedSharpe": .number(evidence.deflated),
      "minimumTrackRecord": .number(evidence.stepsNeeded),
    ])
  }

  static func value(of report: OverfittingReport) -> JSONValue {
    let test = report.test
    return .object([
      "names": .array(report.names.map { .string($0) }), "variants": .integer(test.variants),
      "given": .integer(report.given),
      "effectiveVariants": .number(report.effective), "blocks": .integer(test.blocks),
      "combinations": .integer(test.combinations), "probability": .number(test.probability),
      "meanLogit": .number(test.meanLogit), "probabilityOfLoss": .number(test.probabilityOfLoss),
      "slope": .number(test.degradation?.slope), "intercept": .number(test.degradation?.intercept),
    ])
  }

  static func value(of report: AblationReport, points: Int?) -> JSONValue {
    .array(
      report.rows.map { row in
        .object([
          "name": .string(row.name), "runHash": .string(row.runHash),
          "curve": curve(row.curve, role: "ablation", points: points),
        ])
      })
  }

  static func value(of calendar: CalendarReturns) -> JSONValue {
    .array(
      calendar.years.map { year in
        .object([
          "year": .integer(year.year), "total": .number(year.total),
          "months": .array(year.months.map { .number($0) }),
        ])
      })
  }

  static func value(of figures: RiskFigures) -> JSONValue {
    var members: [String: JSONValue] = ["name": .string(figures.name)]
    members["valueAtRisk95"] = .number(figures.tail?.historical)
    members["valueAtRisk95Normal"] = .number(figures.tail?.normal)
    members["valueAtRisk95CornishFisher"] = .number(figures.tail?.cornishFisher)
    members["conditionalValueAtRisk95"] = .number(figures.tail?.conditionalHistorical)
    members["conditionalValueAtRisk95Normal"] = .number(figures.tail?.conditionalNormal)
    members["tailRatio"] = .number(figures.tail?.tailRatio)
    members["averageDrawdown"] = .number(figures.drawdown?.average)
    members["conditionalDrawdownAtRisk95"] = .number(figures.drawdown?.conditional95)
    members["omega"] = .number(figures.omega)
    members["gainToPain"] = .number(figures.gains.gainToPain)
    members["payoff"] = .number(figures.gains.payoff)
    members["expectancy"] = .number(figures.gains.expectancy)
    members["longestRunOfGains"] = .integer(figures.gains.longestRunOfGains)
    members["longestRunOfLosses"] = .integer(figures.gains.longestRunOfLosses)
    members["stability"] = .number(figures.stability)
    members["growthOptimalLeverage"] = .number(figures.growthOptimalLeverage)
    members["halfKelly"] = .number(figures.halfKelly)
    members["calendarGrowth"] = .number(figures.calendarGrowthRate)
    members["beta"] = .number(figures.comparison?.beta)
    members["alpha"] = .number(figures.comparison?.alpha)
    members["r2"] = .number(figures.comparison?.r2)
    members["trackingError"] = .number(figures.comparison?.trackingError)
    members["informationRatio"] = .number(figures.comparison?.informationRatio)
    members["upCapture"] = .number(figures.comparison?.upCapture)
    members["downCapture"] = .number(figures.comparison?.downCapture)
    return .object(members)
  }

  static func value(of episode: DrawdownEpisode) -> JSONValue {
    .object([
      "peak": time(episode.peak), "valley": time(episode.valley),
      "recovery": episode.recovery.map(time) ?? .null, "depth": .number(episode.depth),
      "steps": .integer(episode.steps), "days": .integer(episode.days),
      "isOngoing": .bool(episode.isOngoing),
    ])
  }

  static func value(of row: SymbolContribution) -> JSONValue {
    .object([
      "symbol": .string(row.symbol.name), "profit": .number(row.profit),
      "unrealised": .number(row.unrealised), "costs": .number(row.costs),
      "fills": .integer(row.fills), "traded": .number(row.traded),
      "meanWeight": .number(row.meanWeight),
    ])
  }

  static func value(of listing: SymbolListing) -> JSONValue {
    .object([
      "symbol": .string(listing.symbol.name), "firstBar": time(listing.first),
      "lastBar": time(listing.last), "hasEnded": .bool(listing.hasEnded),
    ])
  }

  static func value(of row: TradeSummary) -> JSONValue {
    let profits = row.profits
    return .object([
      "symbol": .string(row.symbol?.name), "count": .integer(row.count),
      "gains": .integer(profits.gains), "losses": .integer(profits.losses),
      "winRate": .number(row.winRate?.estimate),
      "winInterval": .interval(row.winRate.map { $0.lower...$0.upper }),
      "profitFactor": .number(profits.profitFactor), "payoff": .number(profits.payoff),
      "expectancy": .number(profits.expectancy), "meanGain": .number(profits.meanGain),
      "meanLoss": .number(profits.meanLoss), "meanReturn": .number(row.meanReturn),
      "longestRunOfGains": .integer(profits.longestRunOfGains),
      "longestRunOfLosses": .integer(profits.longestRunOfLosses),
      "medianHoldingDays": .number(row.medianHoldingDays),
      "longestHoldingDays": .number(row.longestHoldingDays),
    ])
  }

  static func value(of skill: TimeframeSkill) -> JSONValue {
    .object([
      "timeframe": .string(skill.timeframe.name), "pairs": .integer(skill.pairs),
      "times": .integer(skill.times),
      "informationCoefficient": .number(skill.informationCoefficient),
      "rankInformationCoefficient": .number(skill.rankInformationCoefficient),
      "r2": .number(skill.r2AgainstZero), "againstZero": comparison(skill.againstZero),
      "againstMean": comparison(skill.againstMean),
      "againstPrevious": comparison(skill.againstPrevious),
      "meanAbsoluteAlpha": .number(skill.meanAbsoluteAlpha),
    ])
  }

  static func value(of skill: ForecastSkill) -> JSONValue {
    .object([
      "directed": .integer(skill.directed), "hits": .integer(skill.hits),
      "hitPValue": .number(skill.hitTest?.pValueGreater),
      "hitPValueAgainstMajority": .number(skill.hitTestAgainstMajority?.pValueGreater),
      "rankInformationCoefficient": .number(skill.rankInformationCoefficient),
      "pesaranTimmermann": skill.direction.map(value(of:)) ?? .null,
      "againstZero": comparison(skill.againstZero), "againstMean": comparison(skill.againstMean),
      "againstPrevious": comparison(skill.againstPrevious),
    ])
  }

  private static func value(of test: PesaranTimmermann) -> JSONValue {
    .object([
      "statistic": .number(test.statistic), "pValue": .number(test.pValue),
      "expectedHitRate": .number(test.expectedHitRate), "majorityRate": .number(test.majorityRate),
    ])
  }

  static func value(of drag: CostDrag) -> JSONValue {
    .object([
      "gross": performance(drag.gross), "growth": .number(drag.growth),
      "sharpe": .number(drag.sharpe), "costs": .number(drag.costs),
    ])
  }

  private static func comparison(_ test: DieboldMariano?) -> JSONValue {
    test.map { .object(["statistic": .number($0.statistic), "pValue": .number($0.pValue)]) }
      ?? .null
  }
}
