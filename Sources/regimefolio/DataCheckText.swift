import Market
import Report
import Store

/// What a look at a series found, in words and as JSON.
enum DataCheckText {
  static func lines(_ check: DataCheck) -> [String] {
    var lines = [
      "\(check.symbol) \(check.timeframe): \(counted(check.count, "bar")), digests good"
    ]
    if let gap = check.longestGap {
      lines.append(
        "  \(counted(check.missingBars, "bar")) missing in \(counted(check.gaps.count, "gap")), "
          + "the longest \(gap.missing) after \(gap.after)")
    }
    lines.append("  \(check.zeroVolumeBars) without volume, \(check.flatBars) flat")
    for move in check.largestMoves.prefix(3) {
      let change = NumberFormat.terminal.percent(move.change, 1, signed: true)
      lines.append("  moved \(change) at \(move.time): \(move.from) to \(move.to)")
    }
    return lines
  }

  static func json(_ check: DataCheck) -> JSONValue {
    .object([
      "symbol": .string(check.symbol.name), "timeframe": .string(check.timeframe.name),
      "bars": .integer(Int64(check.count)), "digests": .string("good"),
      "missing": .integer(Int64(check.missingBars)), "gaps": .integer(Int64(check.gaps.count)),
      "zeroVolume": .integer(Int64(check.zeroVolumeBars)),
      "flat": .integer(Int64(check.flatBars)),
      "largestMoves": .array(
        check.largestMoves.map { move in
          .object([
            "time": .string(move.time.description), "from": .number(move.from),
            "to": .number(move.to),
          ])
        }),
    ])
  }
}
