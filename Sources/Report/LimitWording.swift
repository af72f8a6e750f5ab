import Allocation
import Research

/// The limits of an allocation and what changed since the last, in the words of every report.
enum LimitWording {
  static func name(_ standing: LimitStanding) -> String {
    standing.of.isEmpty ? standing.limit.rawValue : "\(standing.limit.rawValue) \(standing.of)"
  }

  /// A value, a bound or a slack of the limit.
  static func number(_ value: Double?, _ standing: LimitStanding, _ format: NumberFormat) -> String
  {
    standing.unit == .fraction ? format.percent(value) : format.fixed(value, 2)
  }

  static func bound(_ standing: LimitStanding, _ format: NumberFormat) -> String {
    (standing.isMinimum ? "at least " : "") + number(standing.bound, standing, format)
  }

  /// `bound`, `not kept`, or nothing.
  static func state(_ standing: LimitStanding) -> String {
    standing.isUnreached ? "not kept" : standing.hasBound ? "bound" : ""
  }

  /// Diversification in one line; empty where nothing is held.
  static func spread(_ spread: Diversification, _ format: NumberFormat) -> [String] {
    var words: [String] = []
    if let ratio = spread.ratio { words.append("diversification ratio \(format.fixed(ratio, 2))") }
    if let shares = spread.effectiveBets {
      // Shares that gain and lose together are no bets of their own.
      let correlation = spread.averageCorrelation.map {
        " (average correlation \(format.fixed($0, 2)))"
      }
      words.append(
        "risk spread as over \(format.fixed(shares, 2)) equal shares" + (correlation ?? ""))
    }
    if let count = spread.effectivePositions {
      words.append("effective positions \(format.fixed(count, 2))")
    }
    return words
  }

  /// The stages that changed a weight, the largest first: `regime -2.1 %, tilt 0.3 %`.
  static func parts(_ change: AllocationChange, _ format: NumberFormat) -> String {
    change.parts.filter { abs($0.change) >= 0.000_05 }
      .sorted { abs($0.change) > abs($1.change) }
      .map { "\($0.stage) \(format.percent($0.change, 1, signed: true))" }
      .joined(separator: ", ")
  }
}
