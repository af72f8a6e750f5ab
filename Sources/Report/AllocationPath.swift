import Allocation
import Research

/// The way of a symbol's weight through the stages of a decision, as a chain of names and values.
struct AllocationPath {
  struct Step {
    var name: String
    /// The weight after the stage; nil where the stage is no weight (conviction, budget).
    var weight: Double?
    var text: String
  }

  var steps: [Step]

  /// `prior_tilt`: prior, vol target, regime, tilt, limits (where they changed it), traded.
  /// `in_out`: conviction, budget, raw, scaled, limited, traded.
  init(_ line: AllocationLine, mode: String, tilt: String?, _ format: NumberFormat) {
    func percent(_ weight: Double) -> String { format.percent(weight) }
    func step(_ name: String, _ weight: Double) -> Step {
      Step(name: name, weight: weight, text: "\(name) \(percent(weight))")
    }
    let last = step(line.isTraded ? "traded" : "held", line.target)
    // What is stuck goes through no stage.
    guard !line.isStuck else {
      steps = [last]
      return
    }
    if mode == AllocationSettings.Mode.inOut.rawValue {
      let conviction = line.conviction ?? 0
      steps = [
        Step(
          name: "conviction", weight: nil,
          text: "conviction \(format.fixed(conviction, 2, signed: true))"),
        Step(
          name: "budget", weight: nil,
          text: "budget \(line.budget.map { percent($0) } ?? NumberFormat.missing)"),
        step("raw", line.prior), step("scaled", line.scaled), step("limited", line.limited), last,
      ]
      return
    }
    let reason = tilt.map { " (\($0))" } ?? ""
    steps = [
      step("prior", line.prior), step("vol target", line.scaled), step("regime", line.afterRegime),
      Step(
        name: "tilt", weight: line.tilted,
        text: "tilt x\(format.fixed(line.tiltMultiplier, 2))\(reason)"),
    ]
    if line.limited != line.tilted { steps.append(step("limits", line.limited)) }
    steps.append(last)
  }

  /// `prior 6.2 % -> vol target 3.4 % -> ... -> traded 3.2 %`.
  var text: String { steps.map(\.text).joined(separator: " -> ") }
}

extension AllocationDecision {
  /// The limits that bound, the throttle, and the limits that could not be kept, in words; empty when
  /// nothing did.
  func boundLimits(_ format: NumberFormat) -> [String] {
    var words: [String] = []
    var pairs: [String] = []
    if throttle < 1 { words.append("drawdown throttle x\(format.fixed(throttle, 2))") }
    for limit in limitsThatBound {
      switch limit {
      case .exposure(let wanted, let limit):
        words.append(
          "gross limit \(format.percent(limit, 0)): the volatility target asked for "
            + "\(format.percent(wanted, 0))")
      case .gross(let wanted, let limit, _):
        words.append(
          "gross limit \(format.percent(limit, 0)): tilted weights came to "
            + "\(format.percent(wanted, 0))")
      case .perSymbol(let symbol, let wanted, let limit):
        words.append(
          "\(symbol) cut to \(format.percent(limit)) from \(format.percent(wanted))")
      case .pair(let symbol, let larger, let correlation, let scale):
        pairs.append(
          "\(symbol) x\(format.fixed(scale, 2)): correlates \(format.fixed(correlation, 2)) with "
            + "\(larger)")
      case .positions(let wanted, let limit):
        words.append("\(limit) positions of the \(wanted) wanted")
      case .sum(let limit, let wanted, let most, let price):
        words.append(
          "\(limit) \(format.percent(most, 0)): \(format.percent(wanted, 0)) wanted, "
            + "\(format.percent(price, 0)) of each weight cut")
      case .diversification(let measure, let wanted, let limit, _):
        words.append(
          "\(measure) \(format.fixed(limit, 2)): \(format.fixed(wanted, 2)) wanted")
      case .volatility(let wanted, let limit, _):
        words.append(
          "volatility limit \(format.percent(limit)): \(format.percent(wanted)) expected")
      case .liquidity(let symbol, let wanted, let limit):
        words.append(
          "liquidity of \(symbol) \(format.percent(limit)): \(format.percent(wanted)) to trade")
      case .turnover(let wanted, let limit, let price):
        words.append(
          "turnover limit \(format.percent(limit, 0)): \(format.percent(wanted, 0)) wanted, "
            + "\(format.percent(price, 0)) of each trade waits")
      }
    }
    // Each line names its own pairs; a hundred symbols have thousands.
    words += pairs.prefix(5)
    if pairs.count > 5 { words.append("\(format.count(pairs.count - 5)) more correlated pairs") }
    words += unreached.map { "NOT KEPT: \($0)" }
    return words
  }
}
