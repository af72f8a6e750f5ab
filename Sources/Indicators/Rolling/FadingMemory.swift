/// The state of a rule that forgets where it began, such as an exponential average.
///
/// Fed with the same inputs, two such states come closer until they differ by a rounding, and sooner
/// or later a rounding makes them the same. From then on they are the same for ever.
protocol FadingMemory {
  /// Whether both are the same in every bit, so that the same inputs keep them the same.
  func isSame(as other: Self) -> Bool
}

extension FadingMemory {
  /// Takes in the rows in order: bit by bit what `step(&self, row)` for one row after the other gives.
  ///
  /// A step of an average waits for the one before, and most of the processor waits with it. So four
  /// stretches of the rows go side by side. The first starts from the right state, the others from a
  /// wrong one, and by their ends they have forgotten it (`mend`).
  ///
  /// - Parameters:
  ///   - memory: about how many rows take off all but a third of a difference.
  ///   - prepare: does what needs no state, for some rows at once; what it writes, `step` may change.
  ///   - finish: does what no later row needs, for some rows at once.
  ///   - step: takes in a row and writes what belongs there.
  @inline(__always)
  mutating func advance(
    over rows: Range<Int>, memory: Int, preparing prepare: (Range<Int>) -> Void = { _ in },
    finishing finish: (Range<Int>) -> Void = { _ in }, _ step: (inout Self, Int) -> Void
  ) {
    let length = rows.count / 4
    guard length > 64 * memory else {
      prepare(rows)
      for row in rows { step(&self, row) }
      finish(rows)
      return
    }
    let wrong = self
    var lanes = (self, self, self, self)
    let start = rows.lowerBound
    // In pieces that stay in the cache from their preparation to their end.
    for first in stride(from: 0, to: length, by: 64) {
      let piece = start + first..<start + min(first + 64, length)
      for lane in 0..<4 { prepare(piece.shifted(lane * length)) }
      for row in piece {
        step(&lanes.0, row)
        step(&lanes.1, row &+ length)
        step(&lanes.2, row &+ 2 &* length)
        step(&lanes.3, row &+ 3 &* length)
      }
      for lane in 0..<4 { finish(piece.shifted(lane * length)) }
    }
    self = lanes.0
    let rest = start + 4 * length..<rows.upperBound
    let isMended = mend(
      start + length..<start + 2 * length, wrong: wrong, ends: (lanes.1, lanes.2)
    ) { state, row in
      prepare(row..<row + 1)
      step(&state, row)
      finish(row..<row + 1)
    }
    if isMended { self = lanes.3 }
    let unfinished = isMended ? rest : start + 2 * length..<rows.upperBound
    prepare(unfinished)
    for row in unfinished { step(&self, row) }
    finish(unfinished)
  }

  /// Goes through the second stretch and the two after it again, side by side, from the right state and
  /// from the wrong one that they were gone through from, until each pair has become the same.
  ///
  /// That takes some 40 times the memory. Where it does not happen this is the right state at the end of
  /// the second stretch, and what follows must be gone through again.
  /// - Parameter ends: the states at the ends of the second and the third stretch, right if these have
  ///   forgotten where they began.
  @inline(__always)
  private mutating func mend(
    _ stretch: Range<Int>, wrong: Self, ends: (Self, Self), _ step: (inout Self, Int) -> Void
  ) -> Bool {
    var wrong = (wrong, wrong, wrong)
    var next = ends
    for row in stretch {
      let (second, third) = (row &+ stretch.count, row &+ 2 &* stretch.count)
      step(&wrong.0, row)
      step(&wrong.1, second)
      step(&wrong.2, third)
      step(&self, row)
      step(&next.0, second)
      step(&next.1, third)
      if isSame(as: wrong.0) && next.0.isSame(as: wrong.1) && next.1.isSame(as: wrong.2) {
        return true
      }
    }
    return false
  }
}

extension Range<Int> {
  fileprivate func shifted(_ rows: Int) -> Range<Int> {
    lowerBound &+ rows..<upperBound &+ rows
  }
}
