import Allocation
import Market
import Research

/// A decision: the way of each weight, and the risk that it takes.
extension HTMLReport {
  /// A stage of the waterfall: its name, and the weight after it.
  struct Stage {
    var name: String
    var weight: (AllocationLine) -> Double
  }

  static func stages(mode: String) -> [Stage] {
    let isInOut = mode == AllocationSettings.Mode.inOut.rawValue
    return isInOut
      ? [
        Stage(name: "Raw") { $0.prior }, Stage(name: "Scaled") { $0.scaled },
        Stage(name: "Limited") { $0.limited }, Stage(name: "Target") { $0.target },
      ]
      : [
        Stage(name: "Prior") { $0.prior }, Stage(name: "Vol target") { $0.scaled },
        Stage(name: "Regime") { $0.afterRegime }, Stage(name: "Tilt") { $0.tilted },
        Stage(name: "Limits") { $0.limited }, Stage(name: "Target") { $0.target },
      ]
  }

  static func lastDecision(_ report: BacktestReport) -> HTMLPage.Section {
    let time = report.lastDecisionModels.map { ", \($0.decidedAt)" } ?? ""
    let section = { (note: Markup, body: Markup) in
      HTMLPage.Section(
        id: "decision", title: "Last decision of the backtest\(time)", note: note, body: body)
    }
    guard let decision = report.lastDecision, !decision.lines.isEmpty else {
      return section("The run took no decision.", "")
    }
    let why = decision.lines.map { $0.reasons.map(\.description) }
    return section(
      "\(summary(decision)) \(models(report))",
      waterfall(decision, mode: report.allocationMode, why: why) + riskBars(decision))
  }

  /// Whose decision it is: another one than that of `allocate`, though it may be of the same close.
  private static func models(_ report: BacktestReport) -> String {
    guard let models = report.lastDecisionModels else { return "" }
    func trained(_ time: Timestamp?) -> String { time.map { " trained to \($0)" } ?? "" }
    let own = trained(models.trainedTo)
    let serving = trained(models.servingTrainedTo)
    return "By the models of its test window\(own.isEmpty ? "" : ",\(own)"); what to hold now "
      + "stands in the allocation" + (serving.isEmpty ? "." : ", whose models are\(serving).")
  }

  /// The portfolio in one line.
  static func summary(_ decision: AllocationDecision) -> String {
    var parts = [
      "Gross \(format.percent(decision.gross))", "net \(format.percent(decision.net))",
      "cash \(format.percent(decision.cash))",
      "expected volatility \(format.percent(decision.portfolioVolatility)) a year",
    ]
    if let volatility = decision.priorVolatility {
      parts.append(
        "before scaling \(format.percent(volatility)), exposure "
          + "×\(format.fixed(decision.exposure, 2))")
    }
    let bound = decision.boundLimits(format)
    let cash = AllocationWording.allCash(decision).map { AllocationWording.sentence($0) + " " }
    return parts.joined(separator: ", ") + ". " + (cash ?? "")
      + (bound.isEmpty ? "No limit bound." : "Bound: \(bound.joined(separator: "; ")).")
  }

  /// Weights after each stage as floating bars, with the reasons in words.
  /// - Parameter why: those of each line.
  static func waterfall(_ decision: AllocationDecision, mode: String, why: [[String]]) -> Markup {
    let stages = stages(mode: mode)
    let isInOut = mode == AllocationSettings.Mode.inOut.rawValue
    let all = decision.lines.flatMap { line in stages.map { $0.weight(line) } + [line.held] }
    let scale = BarScale(values: all)
    var columns = [HTMLTable.Column(title: "", isText: true), .init(title: "Held")]
    if isInOut { columns += [.init(title: "Conviction"), .init(title: "Budget")] }
    columns += stages.map { HTMLTable.Column(title: "\($0.name)") }
    columns.append(.init(title: "Why", isText: true, kind: "why"))
    let rows = zip(decision.lines, why).map { line, reasons in
      var cells = [
        HTMLTable.Cell("\(line.symbol.name)"),
        HTMLTable.Cell("\(format.percent(line.held))\(scale.bar(to: line.held))"),
      ]
      if isInOut {
        cells += [
          HTMLTable.Cell("\(format.fixed(line.conviction, 2, signed: true))"),
          HTMLTable.Cell("\(format.percent(line.budget))"),
        ]
      }
      var before: Double?
      for stage in stages {
        let weight = stage.weight(line)
        cells.append(
          HTMLTable.Cell("\(format.percent(weight))\(scale.step(from: before, to: weight))"))
        before = weight
      }
      let words = reasons.isEmpty ? "no change" : reasons.joined(separator: "; ")
      cells.append(HTMLTable.Cell("\(words)"))
      return HTMLTable.Row(cells: cells)
    }
    return "<h3>From prior to target</h3>\n"
      + HTMLTable(columns: columns, rows: rows, kind: "bars").markup
  }

  /// Share of the weights beside share of the risk.
  static func riskBars(_ decision: AllocationDecision) -> Markup {
    let held = decision.lines.filter { $0.target != 0 }
    guard !held.isEmpty, decision.gross > 0 else { return "" }
    let shares = held.map { abs($0.target) / decision.gross }
    let risks = held.map { $0.riskContribution ?? 0 }
    let scale = BarScale(values: shares + risks)
    let columns: [HTMLTable.Column] = [
      .init(title: "", isText: true), .init(title: "Share of weights"),
      .init(title: "Share of risk"), .init(title: "Risk / weight"),
    ]
    let rows = held.enumerated().map { index, line in
      let ratio = line.riskContribution.map { $0 / shares[index] }
      return HTMLTable.Row(cells: [
        HTMLTable.Cell("\(line.symbol.name)"),
        HTMLTable.Cell("\(format.percent(shares[index]))\(scale.bar(to: shares[index]))"),
        HTMLTable.Cell(
          "\(format.percent(line.riskContribution))\(scale.bar(to: risks[index], kind: "risk"))"),
        HTMLTable.Cell("\(format.fixed(ratio, 2))"),
      ])
    }
    return "<h3>Weight against risk contribution</h3>\n"
      + HTMLTable(columns: columns, rows: rows, kind: "bars").markup
  }
}

/// Bars within table cells, all to one scale that holds 0.
struct BarScale {
  private let low: Double
  private let span: Double

  init(values: [Double]) {
    let finite = values.filter(\.isFinite)
    low = min(0, finite.min() ?? 0)
    let high = max(0, finite.max() ?? 0)
    span = high > low ? high - low : 1
  }

  private func mark(_ a: Double, _ b: Double, _ kind: String) -> Markup {
    let left = (min(a, b) - low) / span * 100
    let width = abs(a - b) / span * 100
    guard left.isFinite, width.isFinite, width > 0 else { return "" }
    let style = "left:\(PlotFrame.coordinate(left))%;width:\(PlotFrame.coordinate(width))%"
    return "<i class=\"\(kind)\" style=\"\(style)\"></i>"
  }

  private var zero: Markup {
    guard low < 0 else { return "" }
    let left = Markup(trusted: PlotFrame.coordinate(-low / span * 100))
    return "<i class=\"at0\" style=\"left:\(left)%\"></i>"
  }

  /// A bar from 0.
  func bar(to value: Double, kind: String = "") -> Markup {
    "<span class=\"bar\">\(mark(0, value, kind))\(zero)</span>"
  }

  /// A bar from 0 with the change since the stage before: what was added or taken away.
  func step(from before: Double?, to value: Double) -> Markup {
    guard let before, before != value else { return bar(to: value) }
    let grows = abs(value) > abs(before)
    let kept = grows ? before : value
    let isFlipped = before * value < 0
    let base = isFlipped ? mark(0, value, "") : mark(0, kept, "")
    let change = isFlipped ? "" : mark(before, value, grows ? "up" : "down") as Markup
    return "<span class=\"bar\">\(base)\(change)\(zero)</span>"
  }
}
