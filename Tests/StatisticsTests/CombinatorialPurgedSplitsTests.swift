import Foundation
import Statistics
import Testing

@Suite struct CombinatorialPurgedSplitsTests {
  @Test func `three folds, one tested, worked by hand`() {
    let cut = CombinatorialPurgedSplits(count: 10, folds: 3, testFolds: 1, purge: 1, embargo: 1)
    #expect(cut.folds == [0..<4, 4..<7, 7..<10])
    #expect(cut.splits.map(\.testFolds) == [[0], [1], [2]])
    #expect(cut.splits.map(\.train) == [[6, 7, 8, 9], [0, 1, 2, 9], [0, 1, 2, 3, 4, 5]])
    #expect(cut.pathCount == 1)
  }

  @Test func `every path tests every fold once, and nothing near a test trains`() {
    for (folds, tests) in [(4, 2), (6, 2), (6, 3), (8, 1), (5, 4)] {
      let cut = CombinatorialPurgedSplits(
        count: 83, folds: folds, testFolds: tests, purge: 2, embargo: 1)
      var seen: Set<[Int]> = []
      for split in cut.splits {
        for (fold, path) in zip(split.testFolds, split.paths) {
          #expect(path < cut.pathCount)
          #expect(seen.insert([fold, path]).inserted)
        }
        for step in split.train {
          for fold in split.testFolds.map({ cut.folds[$0] }) {
            #expect(step < fold.lowerBound - 2 || step >= fold.upperBound + 3)
          }
        }
      }
      #expect(seen.count == folds * cut.pathCount)
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with skfolio`(files: ReferenceFiles) throws {
    let reference = try files.skill()
      .object("cpcv_60obs_6folds_2test_purge2_embargo3")
    let cut = CombinatorialPurgedSplits(count: 60, folds: 6, testFolds: 2, purge: 2, embargo: 3)
    #expect(cut.splits.count == Int(try reference.number("n_splits")))
    #expect(cut.pathCount == Int(try reference.number("n_paths")))
    #expect(cut.splits.map(\.paths) == reference["path_ids"] as? [[Int]])
    for (split, theirs) in zip(cut.splits, try #require(reference["first3"] as? [[String: Any]])) {
      #expect(split.train == theirs["train"] as? [Int])
      #expect(split.testFolds.map { Array(cut.folds[$0]) } == theirs["test"] as? [[Int]])
    }
  }
}
