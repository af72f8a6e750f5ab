/// Training and test windows that walk forward through `count` steps.
///
/// Each test window follows its training window after `purge` steps, which nobody sees, and the next
/// test window follows without a gap; a last window that is not whole is left out (as in skfolio 1.12
/// `WalkForward`).
public struct WalkForwardSplits: Sendable, Equatable {
  public struct Split: Sendable, Equatable {
    public let train: Range<Int>
    public let test: Range<Int>
  }

  public let splits: [Split]

  /// - Parameters:
  ///   - train: steps of the first training window, and of every one unless they expand.
  ///   - test: steps of a test window.
  ///   - isExpanding: whether every training window starts at the first step.
  /// - Precondition: train and test are above 0, purge is not below 0.
  public init(count: Int, train: Int, test: Int, purge: Int = 0, isExpanding: Bool = false) {
    precondition(train > 0 && test > 0 && purge >= 0)
    var splits: [Split] = []
    var start = train + purge
    while start + test <= count {
      let end = start - purge
      splits.append(
        Split(train: (isExpanding ? 0 : end - train)..<end, test: start..<start + test))
      start += test
    }
    self.splits = splits
  }
}
