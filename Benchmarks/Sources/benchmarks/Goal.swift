import Foundation

/// What a piece of work is meant to reach, as in the table by which the project judges itself.
enum Goal {
  /// So many times faster than the named side.
  case times(Double, than: String)
  /// At most so many seconds for one unit.
  case atMost(Double)
  /// At least so much of the core's measured FMA peak.
  case ofPeak(Double)
  /// At most so much of the named side's memory.
  case memory(Double, of: String)

  var text: String {
    switch self {
    case .times(let times, let side): "\(Goal.short(times)) x \(side)"
    case .atMost(let seconds): "\(Table.time(seconds))"
    case .ofPeak(let share): "\(Goal.short(100 * share)) % of peak"
    case .memory(let share, let side): "\(Goal.short(100 * share)) % of \(side)'s memory"
    }
  }

  /// Whether it is reached; nil where the side was not measured.
  func isReached(_ row: Row) -> Bool? {
    func side(_ name: String) -> Measurement? { row.peers.first { $0.side.hasPrefix(name) } }
    switch self {
    case .times(let times, let name): return side(name).map { $0.best / row.ours.best >= times }
    case .atMost(let seconds): return row.ours.best / Double(row.amount) <= seconds
    case .ofPeak(let share): return row.shareOfPeak.map { $0 >= share }
    case .memory(let share, let name):
      guard let theirs = side(name)?.peakMemory, let own = row.ours.peakMemory else { return nil }
      return Double(own) <= share * Double(theirs)
    }
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : String(format: "%.3g", value)
  }
}

/// One piece of work and all that was measured of it in one go.
struct Row {
  let name: String
  /// What one repetition consists of: so many of a unit.
  let amount: Int
  let unit: String
  var goals: [Goal] = []
  /// Float32 operations of one repetition; nil where they are not counted.
  var operations: Double?
  /// Operations a second that the core can do, measured between the slices of this row.
  var peak: Double?
  var ours: Measurement
  var peers: [Measurement] = []

  var shareOfPeak: Double? {
    guard let operations, let peak else { return nil }
    return operations / ours.best / peak
  }
}
