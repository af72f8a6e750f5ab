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

  mutating func startBlock(at place: Int) {
    blocks.append(place..<place + 1)
  }

  /// The next value is the one after the last, the series' end joining its beginning.
  mutating func followOn() {
    let end = blocks[blocks.count - 1].upperBound
    if end == count {
      blocks.append(0..<1)
    } else {
      blocks[blocks.count - 1] = blocks[blocks.count - 1].lowerBound..<end + 1
    }
  }

  mutating func endResample() {
    ends.append(blocks.count)
  }

  /// The blocks of one resample, in the order of its values.
  subscript(draw: Int) -> ArraySlice<Range<Int>> {
    blocks[(draw == 0 ? 0 : ends[draw - 1])..<ends[draw]]
  }
}
