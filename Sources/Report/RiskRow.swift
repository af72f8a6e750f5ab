import Research
import Statistics

/// A line of the table of risk figures, one value a curve.
struct RiskRow {
  var name: String
  var values: [String]

  static func all(of figures: [RiskFigures], _ format: NumberFormat) -> [RiskRow] {
    func row(_ name: String, _ value: (RiskFigures) -> String) -> RiskRow {
      RiskRow(name: name, values: figures.map(value))
    }
    func percent(_ name: String, _ value: @escaping (RiskFigures) -> Double?) -> RiskRow {
      row(name) { format.percent(value($0), 2) }
    }
    func number(_ name: String, _ value: @escaping (RiskFigures) -> Double?) -> RiskRow {
      row(name) { format.fixed(value($0), 2) }
    }
    let tails: [RiskRow] = [
      percent("VaR 95 %, historical") { $0.tail?.historical },
      percent("VaR 95 %, normal") { $0.tail?.normal },
      percent("VaR 95 %, Cornish-Fisher") { $0.tail?.cornishFisher },
      percent("CVaR 95 %, historical") { $0.tail?.conditionalHistorical },
      percent("CVaR 95 %, normal") { $0.tail?.conditionalNormal },
      number("Tail ratio") { $0.tail?.tailRatio },
      percent("Mean drawdown") { $0.drawdown?.average },
      percent("CDaR 95 %") { $0.drawdown?.conditional95 },
    ]
    let gains: [RiskRow] = [
      number("Omega (profit factor of steps)") { $0.omega },
      number("Gain to pain") { $0.gains.gainToPain },
      number("Payoff (mean gain over mean loss)") { $0.gains.payoff },
      row("Steps won") { format.percent($0.gains.winRate) },
      row("Most won, lost in a row") {
        "\($0.gains.longestRunOfGains), \($0.gains.longestRunOfLosses)"
      },
      number("Stability (r² of log equity)") { $0.stability },
      percent("Growth a year by the calendar") { $0.calendarGrowthRate },
      number("Growth-optimal leverage") { $0.growthOptimalLeverage },
      number("Half Kelly (half of it)") { $0.halfKelly },
    ]
    let benchmark: [RiskRow] = [
      number("Beta") { $0.comparison?.beta },
      percent("Alpha a year") { $0.comparison?.alpha },
      number("r²") { $0.comparison?.r2 },
      percent("Tracking error a year") { $0.comparison?.trackingError },
      number("Information ratio a year") { $0.comparison?.informationRatio },
      number("Up capture") { $0.comparison?.upCapture },
      number("Down capture") { $0.comparison?.downCapture },
    ]
    return tails + gains + benchmark
  }
}
