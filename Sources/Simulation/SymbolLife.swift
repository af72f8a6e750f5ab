import Kernels

/// When a symbol trades: its listing and delisting, missing bars and splits, as slots.
struct SymbolLife {
  /// Slots from the listing to the delisting.
  let listed: Range<Int>
  /// Slots within it that have no bar, first and last slot excepted.
  let missing: Set<Int>
  /// New shares for one old one, before the open of the slot.
  let splits: [Int: Double]

  private static let ratios = [2.0, 3.0, 4.0, 0.1]
  private static let meanOutage = 24.0

  /// - Parameter path: of the symbol's random streams.
  init(_ settings: SimulationSettings, index: Int, path: [String]) {
    func stream(_ name: String) -> CounterRandom {
      CounterRandom(seed: settings.seed, path: path + [name])
    }
    let count = settings.bars
    func slot(_ part: Double) -> Int { Int(part * Double(count)) }
    var life = stream("life")
    let begin = 0.1 + 0.3 * life.uniform()
    let end = 0.6 + 0.3 * life.uniform()
    let isLate = index < settings.late
    let isDelisted = !isLate && index < settings.late + settings.delisted
    listed = (isLate ? slot(begin) : 0)..<(isDelisted ? max(2, slot(end)) : count)

    var holes = stream("missing")
    var missing: Set<Int> = []
    if settings.missing > 0 {
      for slot in 0..<count where holes.uniform() < settings.missing { missing.insert(slot) }
    }
    var outages = stream("outages")
    for _ in 0..<settings.outages {
      var slot = outages.below(count)
      repeat {
        missing.insert(slot)
        slot += 1
      } while slot < count && outages.uniform() >= 1 / SymbolLife.meanOutage
    }
    let inside = listed
    self.missing = missing.filter { $0 > inside.lowerBound && $0 < inside.upperBound - 1 }

    var random = stream("splits")
    var splits: [Int: Double] = [:]
    while splits.count < min(settings.splits, (listed.count - 1) / 2) {
      let slot = listed.lowerBound + 1 + random.below(listed.count - 1)
      splits[slot] = SymbolLife.ratios[random.below(SymbolLife.ratios.count)]
    }
    self.splits = splits
  }
}
