/// The resamples of a bootstrap for series of one length: drawn once, read by every series that is to
/// be resampled alike.
///
/// A resample is kept as its blocks of consecutive places, some twenty times fewer than its indexes.
public struct BootstrapResamples: Sendable {
  /// Values of the series.
  public let count: Int
  /// Blocks of all resamples in order, none of which goes beyond the end of the series.
  private var blocks: [Range<Int>] = []
  /// Where each resample's blocks end in `blocks`.
  private var ends: [Int] = []

  init(count: Int) {
    self.count = count
  }

  public var draws: Int { ends.count }

  /// Adds a resample, of which each value but the first either begins a block or is the one after the
  /// last, the series' end joining its beginning.
  ///
  /// - Parameters:
  ///   - restarts: asked once for each value but the first.
  ///   - start: where a block begins; asked for the first value and after every restart.
  /// - Precondition: `count > 0`.
  mutating func add(restarts: () -> Bool, start: () -> Int) {
    startBlock(at: start())
    for _ in 1..<count {
      if restarts() { startBlock(at: start()) } else { followOn() }
    }
    ends.append(blocks.count)
  }

  private mutating func startBlock(at place: Int) {
    blocks.append(place..<place + 1)
  }

  private mutating func followOn() {
    let end = blocks[blocks.count - 1].upperBound
    if end == count {
      blocks.append(0..<1)
    } else {
      blocks[blocks.count - 1] = blocks[blocks.count - 1].lowerBound..<end + 1
    }
  }

  /// The blocks of one resample, in the order of its values.
  subscript(draw: Int) -> ArraySlice<Range<Int>> {
    blocks[(draw == 0 ? 0 : ends[draw - 1])..<ends[draw]]
  }
}
