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
  /// A step of an average waits for the one before, and most of the processor waits with it. So the rows
  /// are cut into stretches that go side by side. The first starts from the right state, each of the
  /// others from a guess: what a wrong state has become over the rows before it. Where the stretch before
  /// ends in a state that differs from the guess, the stretch is gone through again.
  ///
  /// - Parameters:
  ///   - memory: about how many rows take off all but a third of a difference, at least.
  ///   - isSmall: whether eight states fit into the registers and not only four.
  ///   - prepareAgain: writes what `take` reads in a row, where it stood before `write` wrote something
  ///     else.
  ///   - take: takes in a row; writes nothing.
  ///   - write: writes what belongs to a row, from the state after it.
  @inline(__always)
  mutating func advance(
    over rows: Range<Int>, memory: Int, isSmall: Bool = false,
    preparingAgain prepareAgain: (Int) -> Void = { _ in }, _ take: (inout Self, Int) -> Void,
    write: (Self, Int) -> Void
  ) {
    advance(
      over: rows, memory: memory, isSmall: isSmall, preparingAgain: prepareAgain, take, write: write
    ) { first, second, row in
      write(first, row)
      write(second, row &+ 1)
    }
  }

  /// The same where two rows are written faster together than one after the other, of small states.
  /// - Parameter writePair: writes what belongs to a row and to the next one, from the states after them:
  ///   the bits of `write`.
  @inline(__always)
  mutating func advance(
    over rows: Range<Int>, memory: Int, isSmall: Bool = false,
    preparingAgain prepareAgain: (Int) -> Void = { _ in }, _ take: (inout Self, Int) -> Void,
    write: (Self, Int) -> Void, writePair: (Self, Self, Int) -> Void
  ) {
    let lanes = isSmall ? 8 : 4
    // Pairs of rows.
    let length = rows.count / lanes & ~1
    // Of pairs of up to three averages on top of each other, one in a thousand takes 47 memories.
    let rehearsal = 48 * memory
    @inline(__always)
    func step(_ state: inout Self, _ row: Int) {
      take(&state, row)
      write(state, row)
    }
    @inline(__always)
    func stepPair(_ state: inout Self, _ row: Int) {
      take(&state, row)
      let first = state
      take(&state, row &+ 1)
      writePair(first, state, row)
    }
    guard length > rehearsal else {
      for row in rows { step(&self, row) }
      return
    }
    let start = rows.lowerBound
    var low = (self, self, self, self)
    var high = low
    for row in start - rehearsal..<start {
      take(&low.1, row &+ length)
      take(&low.2, row &+ 2 &* length)
      take(&low.3, row &+ 3 &* length)
      if isSmall {
        take(&high.0, row &+ 4 &* length)
        take(&high.1, row &+ 5 &* length)
        take(&high.2, row &+ 6 &* length)
        take(&high.3, row &+ 7 &* length)
      }
    }
    let guesses = [low.0, low.1, low.2, low.3, high.0, high.1, high.2, high.3]
    if isSmall {
      var row = start
      while row < start &+ length {
        stepPair(&low.0, row)
        stepPair(&low.1, row &+ length)
        stepPair(&low.2, row &+ 2 &* length)
        stepPair(&low.3, row &+ 3 &* length)
        stepPair(&high.0, row &+ 4 &* length)
        stepPair(&high.1, row &+ 5 &* length)
        stepPair(&high.2, row &+ 6 &* length)
        stepPair(&high.3, row &+ 7 &* length)
        row &+= 2
      }
    } else {
      for row in start..<start + length {
        step(&low.0, row)
        step(&low.1, row &+ length)
        step(&low.2, row &+ 2 &* length)
        step(&low.3, row &+ 3 &* length)
      }
    }
    let ends = [low.0, low.1, low.2, low.3, high.0, high.1, high.2, high.3]
    self = ends[0]
    for lane in 1..<lanes {
      // Where the state differs from the guess, both go through the stretch again side by side, until they
      // have become the same.
      var guess = guesses[lane]
      var row = start + lane * length
      while !isSame(as: guess), row < start + (lane + 1) * length {
        prepareAgain(row)
        take(&guess, row)
        step(&self, row)
        row += 1
      }
      if isSame(as: guess) { self = ends[lane] }
    }
    for row in start + lanes * length..<rows.upperBound { step(&self, row) }
  }
}
