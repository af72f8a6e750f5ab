import Foundation
import Indicators
import Market
import Testing

/// Ease of movement against the package ta, swing levels against scipy; see Fixtures/README.md.
@Suite struct LevelTests {
  private struct File: Decodable {
    let columns: [String: [Double?]]
  }

  private let bars: [Bar]
  private let columns: [String: [Double?]]

  init() throws {
    let fixture = try TALibMoreFixture.shared.get()
    let start = Timestamp(year: 2020, month: 1, day: 1)
    bars = fixture.bars.close.indices.map { index in
      Bar(
        time: start + Int64(index) * Timeframe.h1.milliseconds, open: fixture.open[index],
        high: fixture.bars.high[index], low: fixture.bars.low[index],
        close: fixture.bars.close[index], volume: fixture.volume[index])
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/levels.json").standardizedFileURL
    columns = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).columns
  }

  @Test(arguments: [5, 14])
  func `ease of movement agrees with ta`(period: Int) throws {
    let expected = try #require(columns["EASE_\(period)"])
    var ease = EaseOfMovement(period: period)
    let values = bars.map { ease.update($0) }
    #expect(values.map { $0 == nil } == expected.map { $0 == nil })
    let largest = expected.reduce(0) { max($0, $1?.magnitude ?? 0) }
    for (value, reference) in zip(values, expected) {
      guard let value, let reference else { continue }
      #expect((value - reference).magnitude <= 1e-12 * largest)
    }
  }

  @Test(arguments: [1, 2, 5])
  func `levels are those of scipy's extremes, once they are known`(reach: Int) throws {
    var levels = SwingLevels(reach: reach)
    var (supports, resistances): ([Double?], [Double?]) = ([], [])
    for bar in bars {
      levels.update(bar)
      supports.append(levels.support(of: bar.close))
      resistances.append(levels.resistance(of: bar.close))
    }
    #expect(try supports == #require(columns["SUPPORT_\(reach)"]))
    #expect(try resistances == #require(columns["RESISTANCE_\(reach)"]))
  }

  private func bar(_ low: Double, _ high: Double, volume: Double = 1) -> Bar {
    Bar(
      time: Timestamp(milliseconds: 0), open: low, high: high, low: low, close: high,
      volume: volume)
  }

  @Test func `by hand: the middle moves by 2 over a range of 4 for a volume of 1e8`() {
    var ease = EaseOfMovement(period: 2)
    #expect(ease.update(bar(8, 12, volume: 1e8)) == nil)
    #expect(ease.update(bar(10, 14, volume: 1e8)) == nil)
    // Down by 4 over 4 for twice the volume: -8; the mean of 8 and -8.
    #expect(ease.update(bar(6, 10, volume: 2e8)) == 0)
    // No volume and no range say nothing.
    #expect(ease.update(bar(16, 20, volume: 0)) == -4)
    #expect(ease.update(bar(30, 30, volume: 1e8)) == 0)
  }

  @Test func `a turning point is known when its last neighbour is, and an equal one is none`() {
    var levels = SwingLevels(reach: 1)
    func known(after low: Double, _ high: Double) -> [Double?] {
      levels.update(bar(low, high))
      return [levels.support(of: 6), levels.resistance(of: 6)]
    }
    #expect(known(after: 5, 7) == [nil, nil])
    #expect(known(after: 4, 9) == [nil, nil])
    #expect(known(after: 4, 8) == [nil, 9])
    #expect(known(after: 5, 8) == [nil, 9])
    #expect(known(after: 3, 7) == [nil, 9])
    #expect(known(after: 5, 8) == [3, 9])
    // Neither is a level of a price on its other side.
    #expect(levels.support(of: 3) == nil && levels.resistance(of: 9) == nil)
  }

  @Test func `the last 50 of a side are remembered`() {
    var levels = SwingLevels(reach: 1)
    // Tops of 1000, 999, ...: each is forgotten after 50 more.
    for top in 0..<60 {
      levels.update(bar(1, 2))
      levels.update(bar(1, 1000 - Double(top)))
    }
    levels.update(bar(1, 2))
    #expect(levels.resistance(of: 900) == 941)
    #expect(levels.resistance(of: 989) == 990 && levels.resistance(of: 990) == nil)
  }
}
