import Foundation
import Kernels
import Statistics
import Testing

@Suite struct DrawdownTests {
  @Test func `a loss on the first bar is a drawdown`() {
    let found = Drawdown.all(equity: [10, 9, 8, 10])
    #expect(found.count == 1)
    #expect(found[0].peak == 0 && found[0].valley == 2 && found[0].recovery == 3)
    #expect(found[0].length == 2)
  }

  @Test func `one that lasts has no recovery`() {
    let found = Drawdown.all(equity: [10, 12, 12, 9, 11, 9])
    #expect(found.count == 1)
    // The last of equal peaks, the first of equal lows.
    #expect(found[0].peak == 2 && found[0].valley == 3 && found[0].isOngoing)
    #expect(found[0].length == 3)
  }

  @Test func `equity that never falls has none`() {
    #expect(Drawdown.all(equity: [1, 1, 2, 3, 3]).isEmpty)
    #expect(Drawdown.all(equity: [1]).isEmpty)
    #expect(Drawdown.all(equity: []).isEmpty)
  }

  @Test func `each value below the running peak lies in exactly one drawdown`() {
    var random = CounterRandom(seed: 9, path: ["drawdown"])
    for _ in 0..<500 {
      var equity = [100.0]
      // Coarse steps, so that ties and exact recoveries occur.
      for _ in 0..<random.below(80) {
        equity.append(max(1, equity.last! + Double(random.below(7)) - 3))
      }
      let found = Drawdown.all(equity: equity)
      var inside = Array(repeating: 0, count: equity.count)
      for drawdown in found {
        let end = drawdown.recovery ?? equity.count
        #expect(drawdown.length == end - drawdown.peak - 1)
        for index in drawdown.peak + 1..<end { inside[index] += 1 }
        let low = equity[drawdown.peak + 1..<end].min()!
        #expect(equity[drawdown.valley] == low)
        #expect(drawdown.depth == low / equity[drawdown.peak] - 1)
        if let recovery = drawdown.recovery { #expect(equity[recovery] >= equity[drawdown.peak]) }
      }
      var peak = equity[0]
      for (index, value) in equity.enumerated() {
        peak = max(peak, value)
        #expect(inside[index] == (value < peak ? 1 : 0))
      }
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `finds every drawdown of the reference`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    var equity = [1.0]
    for value in try file.numbers("returns") { equity.append(equity.last! * (1 + value)) }
    let reference = try file.object("ref_rf0")
    let found = Drawdown.all(equity: equity)
    #expect(found.count == Int(try reference.number("n_drawdowns")))
    let summary = try PerformanceSummary(equity: equity, barsPerYear: 252)
    #expect(summary.drawdownCount == found.count)

    let deepest = found.sorted { $0.depth < $1.depth }
    #expect(summary.maximumDrawdown == deepest[0])
    let top = try #require(reference["drawdowns_top5"] as? [[String: Any]])
    #expect(top.count == 5)
    for (mine, theirs) in zip(deepest, top) {
      #expect(mine.peak == Int(try theirs.number("peak")))
      #expect(mine.peak + 1 == Int(try theirs.number("start")))
      #expect(mine.valley == Int(try theirs.number("valley")))
      #expect(mine.recovery == (theirs["recover"] as? NSNumber)?.intValue)
      #expect(mine.length == Int(try theirs.number("bars_underwater")))
      #expect(mine.valley - mine.peak == Int(try theirs.number("bars_peak_to_valley")))
      #expect(agree(mine.depth, try theirs.number("depth"), within: 1e-11))
    }
  }
}
