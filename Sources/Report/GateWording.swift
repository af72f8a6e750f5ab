import Market
import Research
import Signals

/// The words for what a gate decided, the same in every report.
package enum GateWording {
  /// `t .6: not proven, about 14 000 more bars`.
  package static func short(_ calibration: Calibration, _ format: NumberFormat) -> String {
    let t = calibration.t.map { "t \(bare($0, format)): " } ?? ""
    switch calibration.verdict {
    // "Proven" would say too much: the record is judged at every fold, at 5 % each time.
    case .open: return "\(t)counts, weight \(format.fixed(calibration.weight, 2))"
    case .off: return "gate off"
    case .noForecast: return "no forecast"
    case .cannotTell, .shut:
      let verdict = calibration.verdict == .shut ? "not proven" : "cannot tell"
      return t + ([verdict] + [more(calibration, format)].compactMap { $0 }).joined(separator: ", ")
    }
  }

  /// Effective pairs that a claim of skill needs.
  private static let pairsForClaim = 440.0

  /// `about 14 000 more bars`, `the record points the wrong way`; nil where neither can be said.
  package static func more(_ calibration: Calibration, _ format: NumberFormat) -> String? {
    guard calibration.verdict == .shut || calibration.verdict == .cannotTell else { return nil }
    if let t = calibration.t, t <= 0 { return "the record points the wrong way" }
    // Proof takes a large enough t and enough pairs; the slower of the two counts.
    var bars = calibration.barsUntilProof ?? 0
    let pairs = calibration.effectivePairs
    if calibration.verdict == .cannotTell, pairs > 0, pairs < pairsForClaim {
      let times = Double(calibration.times) * (pairsForClaim / pairs - 1)
      if times < 1e15 { bars = max(bars, Int(times.rounded(.up))) }
    }
    guard bars > 0 else { return nil }
    return "about \(format.roughly(bars)) more bar\(bars == 1 ? "" : "s")"
  }

  /// How often chance opens gates: a record is judged again at every fold, and each look may open it.
  /// Nil where no record was long enough to judge.
  static func chance(_ gates: [BacktestReport.GateRow], _ format: NumberFormat) -> String? {
    let looks = gates.count { [.open, .shut].contains($0.calibration.verdict) }
    guard looks > 0 else { return nil }
    return looks == 1
      ? "The look at a record opens the gate on 5 % of noise."
      : "Each of \(format.count(looks)) looks at a record opens the gate on 5 % of noise: some may be "
        + "open by chance."
  }

  /// A t-statistic with one decimal and no zero before the point: `.6`, `-.4`, `2.1`.
  package static func bare(_ t: Double, _ format: NumberFormat) -> String {
    let text = format.fixed(t, 1)
    guard let zero = text.firstIndex(of: "0"), text[text.index(after: zero)...].first == ".",
      text[..<zero].allSatisfy({ !$0.isNumber })
    else { return text }
    return text == "0.0" ? "0" : String(text[..<zero] + text[text.index(after: zero)...])
  }

  /// What stands in brackets behind a symbol's tilt: the timeframes that count, else the one that
  /// came nearest.
  package static func tilt(_ views: [AllocationReport.View], _ format: NumberFormat) -> String? {
    guard !views.isEmpty else { return nil }
    func text(_ view: AllocationReport.View) -> String {
      let name = views.count > 1 ? "\(view.timeframe.name) " : ""
      return name + short(view.calibration, format)
    }
    let counting = views.filter {
      $0.calibration.verdict == .open || $0.calibration.verdict == .off
    }
    if !counting.isEmpty { return counting.map(text).joined(separator: ", ") }
    let judged = views.filter { $0.calibration.t != nil }
    if let nearest = judged.max(by: { ($0.calibration.t ?? 0) < ($1.calibration.t ?? 0) }) {
      return text(nearest)
    }
    let same = views.allSatisfy { $0.calibration.verdict == views[0].calibration.verdict }
    return same ? short(views[0].calibration, format) : views.map(text).joined(separator: ", ")
  }
}
