import Foundation

/// How measurements are printed.
enum Table {
  static func line(_ one: Measurement) -> String {
    let work = "\(one.amount) \(one.unit)\(one.amount == 1 ? "" : "s")"
    return [
      pad(one.name, 34), pad(work, 22), pad("best " + time(one.best), 15),
      pad("median " + time(one.median), 17), pad(rate(one.rate) + " \(one.unit)s/s", 26),
      "peak \(one.peakMemory >> 20) MiB",
    ].joined(separator: " ")
  }

  /// One table of all work, a line a peer: what we need for one unit, what the peer needs, how many
  /// times longer it takes, and by how much the results differ.
  static func comparison(_ rows: [(ours: Measurement, peers: [PeerMeasurement])]) -> String {
    var lines = [
      "| work | ours | peer | its time | peer / ours | results differ by |",
      "|---|---|---|---|---|---|",
    ]
    for (ours, peers) in rows {
      let unit = "/\(ours.unit)"
      let own = time(ours.best / Double(ours.amount)) + unit
      if peers.isEmpty { lines.append("| \(ours.name) | \(own) | | | | |") }
      for peer in peers {
        let theirs = time(peer.best / Double(ours.amount)) + unit
        let times = peer.best / ours.best
        let ratio = String(format: times < 10 ? "%.2g" : "%.0f", times)
        let differ = peer.value.map { difference(ours.value, $0) } ?? "not compared"
        lines.append(
          "| \(ours.name) | \(own) | \(peer.peer) | \(theirs) | \(ratio) | \(differ) |")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func difference(_ ours: Double, _ theirs: Double) -> String {
    if ours == theirs { return "0" }
    return String(format: "%.0e", abs(ours - theirs) / max(abs(ours), abs(theirs)))
  }

  private static func time(_ seconds: Double) -> String {
    switch seconds {
    case 1...: String(format: "%.3g s", seconds)
    case 1e-3...: String(format: "%.3g ms", seconds * 1e3)
    case 1e-6...: String(format: "%.3g us", seconds * 1e6)
    default: String(format: "%.3g ns", seconds * 1e9)
    }
  }

  private static func rate(_ perSecond: Double) -> String {
    switch perSecond {
    case 1e9...: String(format: "%.3g G", perSecond * 1e-9)
    case 1e6...: String(format: "%.3g M", perSecond * 1e-6)
    case 1e3...: String(format: "%.3g k", perSecond * 1e-3)
    default: String(format: "%.3g", perSecond)
    }
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
  }
}
