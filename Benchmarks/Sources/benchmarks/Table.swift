import Foundation

/// How measurements are printed.
enum Table {
  /// A line for each row as it comes.
  static func line(_ row: Row) -> String {
    var parts = [pad(row.name, 38), pad(perUnit(row.ours, row), 18)]
    if let share = row.shareOfPeak { parts.append(String(format: "%.0f %% of peak", 100 * share)) }
    parts += row.peers.map { peer in
      "\(peer.side) \(perUnit(peer, row)) (\(ratio(peer, row)))"
    }
    parts += row.goals.map { "[\($0.text): \(verdict($0, row))]" }
    return parts.joined(separator: "  ")
  }

  /// One table of all work, a line a peer: what we need for one unit, what the peer needs, how many
  /// times longer it takes, whether the goal is reached, how much memory each side had at most, and by
  /// how much the results differ.
  static func comparison(_ rows: [Row]) -> String {
    var lines = [
      "| work | ours | peer | its time | peer / ours | goal | reached | memory, MiB | differ by |",
      "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows {
      var own = perUnit(row.ours, row)
      if let share = row.shareOfPeak { own += String(format: ", %.0f %% of peak", 100 * share) }
      let goals = row.goals.map(\.text).joined(separator: ", ")
      let reached = row.goals.map { verdict($0, row) }.joined(separator: ", ")
      let memory = megabytes(row.ours)
      if row.peers.isEmpty {
        lines.append("| \(row.name) | \(own) | | | | \(goals) | \(reached) | \(memory) | |")
      }
      for (index, peer) in row.peers.enumerated() {
        let differ = difference(row.ours.value, peer.value)
        let (goal, result) = index == 0 ? (goals, reached) : ("", "")
        let both = peer.peakMemory == nil ? memory : "\(memory) / \(megabytes(peer))"
        lines.append(
          "| \(row.name) | \(own) | \(peer.side) | \(perUnit(peer, row)) | \(ratio(peer, row)) "
            + "| \(goal) | \(result) | \(both) | \(differ) |")
      }
    }
    return lines.joined(separator: "\n")
  }

  static func time(_ seconds: Double) -> String {
    switch seconds {
    case 1...: String(format: "%.3g s", seconds)
    case 1e-3...: String(format: "%.3g ms", seconds * 1e3)
    case 1e-6...: String(format: "%.3g us", seconds * 1e6)
    default: String(format: "%.3g ns", seconds * 1e9)
    }
  }

  private static func perUnit(_ side: Measurement, _ row: Row) -> String {
    "\(time(side.best / Double(row.amount)))/\(row.unit)"
  }

  private static func ratio(_ peer: Measurement, _ row: Row) -> String {
    let times = peer.best / row.ours.best
    return String(format: times < 10 ? "%.2g" : "%.0f", times)
  }

  private static func verdict(_ goal: Goal, _ row: Row) -> String {
    goal.isReached(row).map { $0 ? "yes" : "no" } ?? "not measured"
  }

  private static func megabytes(_ side: Measurement) -> String {
    side.peakMemory.map { "\($0 >> 20)" } ?? ""
  }

  private static func difference(_ ours: Double?, _ theirs: Double?) -> String {
    guard let ours, let theirs else { return "not compared" }
    if ours == theirs { return "0" }
    return String(format: "%.0e", abs(ours - theirs) / max(abs(ours), abs(theirs)))
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
  }
}
