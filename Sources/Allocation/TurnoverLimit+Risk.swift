extension TurnoverLimit {
  /// Trades on where what is traded now leaves a limit on risk broken that the wanted weights keep:
  /// like every other limit it comes before the turnover.
  ///
  /// The targets go the least part of the way from `slowed` to `wanted` on which the limits hold.
  static func mend(
    _ lines: inout [AllocationLine], wanted: [Double], _ check: RiskCheck
  ) {
    guard !check.isOff else { return }
    let slowed = lines.map(\.target)
    func moved(_ theta: Double) -> [AllocationLine] {
      var copy = lines
      for index in copy.indices where wanted[index] != slowed[index] {
        let target =
          theta == 1 ? wanted[index] : (1 - theta) * slowed[index] + theta * wanted[index]
        copy[index].target = target == 0 ? 0 : target
      }
      return copy
    }
    let allowed = check.shortfalls(moved(1)) { $0.target }
    guard check.isWorse(lines, than: allowed) else { return }
    var (fails, holds) = (0.0, 1.0)
    for _ in 0..<50 {
      let middle = 0.5 * (fails + holds)
      if check.isWorse(moved(middle), than: allowed) { fails = middle } else { holds = middle }
    }
    let mended = moved(holds)
    for index in lines.indices where mended[index].target != slowed[index] {
      let line = mended[index]
      lines[index].target = line.target
      if case .turnover? = lines[index].reasons.last { lines[index].reasons.removeLast() }
      if line.target != wanted[index] {
        lines[index].reasons.append(
          .turnover(done: abs(line.target - line.held) / abs(wanted[index] - line.held)))
      }
    }
  }
}
