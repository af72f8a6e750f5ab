/// Combinatorial purged cross-validation (López de Prado 2018, chapter 12): every choice of
/// `testFolds` of the `folds` is a test set once, and the tests of all choices make up whole paths
/// through the data.
///
/// `count` steps are cut into folds of equal length, the first ones a step longer where it does not
/// divide. What trains lies at least `purge` steps before a test fold and at least `purge + embargo`
/// steps after one, as in skfolio 1.12 `CombinatorialPurgedCV`.
public struct CombinatorialPurgedSplits: Sendable, Equatable {
  /// One choice of test folds.
  public struct Split: Sendable, Equatable {
    /// Ascending.
    public let testFolds: [Int]
    /// Steps to train on, ascending.
    public let train: [Int]
    /// For each test fold the path that its results belong to.
    public let paths: [Int]
  }

  /// The steps of each fold.
  public let folds: [Range<Int>]
  public let splits: [Split]
  /// Paths through all folds: `C(folds − 1, testFolds − 1)`.
  public let pathCount: Int

  /// - Precondition: `0 < testFolds < folds <= count`, purge and embargo not below 0.
  public init(count: Int, folds: Int, testFolds: Int, purge: Int = 0, embargo: Int = 0) {
    precondition(testFolds > 0 && testFolds < folds && folds <= count && purge >= 0 && embargo >= 0)
    let (length, longer) = count.quotientAndRemainder(dividingBy: folds)
    var ranges: [Range<Int>] = []
    for fold in 0..<folds {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + length + (fold < longer ? 1 : 0))
    }
    self.folds = ranges
    var seen = Array(repeating: 0, count: folds)
    splits = combinations(folds, choose: testFolds).map { chosen in
      let shut = chosen.map { fold in
        ranges[fold].lowerBound - purge..<ranges[fold].upperBound + purge + embargo
      }
      let paths = chosen.map { fold in
        seen[fold] += 1
        return seen[fold] - 1
      }
      return Split(
        testFolds: chosen,
        train: (0..<count).filter { step in !shut.contains { $0.contains(step) } }, paths: paths)
    }
    pathCount = seen[0]
  }
}
