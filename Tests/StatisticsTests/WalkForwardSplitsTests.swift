import Foundation
import Statistics
import Testing

@Suite struct WalkForwardSplitsTests {
  @Test func `rolling and expanding windows worked by hand`() {
    let rolling = WalkForwardSplits(count: 12, train: 4, test: 3, purge: 1).splits
    #expect(rolling.map(\.train) == [0..<4, 3..<7])
    #expect(rolling.map(\.test) == [5..<8, 8..<11])
    let expanding = WalkForwardSplits(count: 12, train: 4, test: 3, purge: 1, isExpanding: true)
    #expect(expanding.splits.map(\.train) == [0..<4, 0..<7])
    #expect(expanding.splits.map(\.test) == rolling.map(\.test))
    #expect(WalkForwardSplits(count: 7, train: 4, test: 3, purge: 1).splits.isEmpty)
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with skfolio`(files: ReferenceFiles) throws {
    let file = try files.skill()
    let reference = try #require(
      file["walk_forward_60obs_train20_test10_purge2"] as? [[String: [Int]]])
    let splits = WalkForwardSplits(count: 60, train: 20, test: 10, purge: 2).splits
    #expect(splits.count == reference.count)
    for (mine, theirs) in zip(splits, reference) {
      #expect([mine.train.lowerBound, mine.train.upperBound - 1] == theirs["train"])
      #expect([mine.test.lowerBound, mine.test.upperBound - 1] == theirs["test"])
    }
  }
}
