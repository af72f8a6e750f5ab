/// What an indicator keeps of a stretch of consecutive inputs: a sum, a greatest value.
///
/// Places count from 1 at the first input of the current block; those of the block before are 0 and
/// below. They are numbers that formulas use. The anchor is the first input of the current block: it lies
/// in every window that ends in the block, so deviations about it are as small as the window is narrow.
protocol WindowPart: Sendable {
  associatedtype Input: Sendable
  /// What windows are told from, and all that is kept of the ends of a block.
  associatedtype Summary: Sendable = Self
  /// Of no inputs.
  init()
  /// Some input, which stands where there is none yet.
  static var blank: Input { get }
  /// Takes in the input that follows the stretch.
  mutating func append(_ input: Input, anchor: Input, place: Double)
  /// Takes in the input that precedes the stretch.
  mutating func prepend(_ input: Input, anchor: Input, place: Double)
  var summary: Summary { get }
  /// What is known of an older stretch and the newer one after it.
  /// - Parameter rest: how many places of the current block come after the newer stretch, which is how
  ///   many inputs of the older one are in the window.
  static func joined(_ older: Summary, _ newer: Self, rest: Double) -> Summary
}

extension WindowPart where Summary == Self {
  var summary: Self { self }
}

extension WindowPart where Input == Double {
  static var blank: Double { 0 }
}

extension WindowPart where Input == SIMD2<Double> {
  static var blank: SIMD2<Double> { .zero }
}

/// What is known of the last `period` inputs, in O(1) an input on average.
///
/// The series is cut into blocks of `period` inputs at fixed positions, and a window is the end of one
/// block plus the beginning of the next. Nothing that has left the window is ever subtracted, so
/// there is nothing to drift. The scheme is that of van Herk (1992, "A fast algorithm for local
/// minimum and maximum filters on rectangular and octagonal kernels"), here for anything that can be
/// taken in at either end.
struct BlockWindow<Part: WindowPart>: Sendable {
  /// A place of the block.
  struct Slot {
    /// The input at this place of the current block, or of the block before where that has not come so
    /// far.
    var input: Part.Input
    /// What is known of the block before beyond this place.
    var end = Part().summary
  }

  typealias Slots = UnsafeMutablePointer<Slot>

  let period: Int
  private var storage: Storage
  private var beginning = Part()
  /// The place of the newest input in the current block.
  private(set) var place = 0
  /// Whether there is a block before.
  private var isFull = false

  /// The slots, one for each place of a block: shared by copies of a window until one of them takes
  /// something in.
  private final class Storage: @unchecked Sendable {
    let slots: Slots
    let count: Int

    init(count: Int) {
      slots = .allocate(capacity: count)
      slots.initialize(repeating: Slot(input: Part.blank), count: count)
      self.count = count
    }

    init(copying other: Storage) {
      slots = .allocate(capacity: other.count)
      slots.initialize(from: other.slots, count: other.count)
      count = other.count
    }

    deinit {
      slots.deinitialize(count: count)
      slots.deallocate()
    }
  }

  init(period: Int) {
    precondition(period >= 1, "a window needs a period of at least 1")
    self.period = period
    storage = Storage(count: period)
  }

  /// The first input of the current block. There is one as soon as an input was taken in.
  var anchor: Part.Input { storage.slots[0].input }

  /// The sum of `term` over the last `period` inputs, in the order of their places in a block.
  @inline(__always)
  func sum(_ term: (Part.Input) -> Double) -> Double {
    var sum = 0.0
    for place in 0..<period { sum += term(storage.slots[place].input) }
    return sum
  }

  /// Takes in the next input. Returns what is known of the last `period`, or nil in the warm-up.
  @inline(__always)
  mutating func update(_ input: Part.Input) -> Part.Summary? { update(input, in: ownSlots()) }

  /// Returns the slots after a look at whether somebody else has them; good for one `update`.
  ///
  /// Where the windows of an indicator feed one another, it looks at all of them first: in the middle of
  /// the arithmetic it would have to put aside what it is computing.
  @inline(__always)
  mutating func ownSlots() -> Slots {
    if !isKnownUniquelyReferenced(&storage) { storage = Storage(copying: storage) }
    return storage.slots
  }

  /// Takes in the next input.
  /// - Parameter slots: What `ownSlots` has just returned.
  @inline(__always)
  mutating func update(_ input: Part.Input, in slots: Slots) -> Part.Summary? {
    if place == period {
      place = 0
      beginning = Part()
      isFull = true
      BlockWindow.writeEnds(slots, period, anchor: input)
    }
    let slot = place
    place = slot &+ 1
    slots[slot].input = input
    beginning.append(input, anchor: slots[0].input, place: Double(place))
    guard isFull || place == period else { return nil }
    return Part.joined(slots[slot].end, beginning, rest: Double(period &- place))
  }

  @inline(__always)
  private static func writeEnds(
    _ slots: Slots, _ period: Int, anchor: Part.Input
  ) {
    var end = Part()
    var place = period &- 1
    while place > 0 {
      end.prepend(slots[place].input, anchor: anchor, place: Double(place &- period &+ 1))
      place &-= 1
      slots[place].end = end.summary
    }
  }

  /// What a walk through a column keeps of two blocks.
  private struct ColumnRoom {
    /// The ends of the block before, each of which becomes the window that it is part of.
    let windows: UnsafeMutablePointer<Part.Summary>
    /// Those of the current block about the next one's anchor.
    let nextEnds: UnsafeMutablePointer<Part.Summary>
    /// The numbers of the places, which formulas use.
    let places: UnsafeMutablePointer<Double>

    init(period: Int) {
      windows = .allocate(capacity: 2 * (period + 1))
      windows.initialize(repeating: Part().summary, count: 2 * (period + 1))
      nextEnds = windows + period + 1
      places = .allocate(capacity: period + 1)
      for place in 0...period { (places + place).initialize(to: Double(place)) }
    }

    func deallocate() {
      windows.deallocate()
      places.deallocate()
    }
  }

  /// Goes through a whole column, the same operations as `update` on the same operands.
  ///
  /// - Parameters:
  ///   - together: whether the windows of a long block are finished together, several at a time: faster
  ///     where that takes roots or more than one division, which would not be done in passing.
  ///   - input: the input of a row.
  ///   - finish: takes each row from the `period`th on, with its block's anchor and what is known of the
  ///     window that it ends.
  @inline(__always)
  static func each(
    _ rows: Range<Int>, period: Int, together: Bool = true, input: (Int) -> Part.Input,
    finish: (_ row: Int, _ anchor: Part.Input, Part.Summary) -> Void
  ) {
    precondition(period >= 1, "a window needs a period of at least 1")
    guard rows.count >= period else { return }
    let room = ColumnRoom(period: period)
    defer { room.deallocate() }
    var (windows, nextEnds) = (room.windows, room.nextEnds)
    let places = room.places
    let oneByOne = !together || period < 12
    // Rows are far from overflow, and a check on each would keep the loops scalar.
    var start = rows.lowerBound
    while start < rows.upperBound {
      let anchor = input(start)
      let count = min(period, rows.upperBound &- start)
      var beginning = Part()
      @inline(__always)
      func window(_ index: Int) -> Part.Summary {
        beginning.append(input(start &+ index), anchor: anchor, place: places[index &+ 1])
        return Part.joined(
          windows[index &+ 1], beginning, rest: places[period &- 1 &- index])
      }
      let isWarm = start > rows.lowerBound
      var isFinished = false
      if start &+ period < rows.upperBound {
        let nextAnchor = input(start &+ period)
        var end = Part()
        @inline(__always)
        func writeEnd(_ index: Int) {
          let last = period &- 1 &- index
          end.prepend(input(start &+ last), anchor: nextAnchor, place: -places[index])
          nextEnds[last] = end.summary
        }
        // Forwards and backwards at once: each waits for its own additions.
        if oneByOne && isWarm {
          inPairs(period) {
            writeEnd($0)
            finish(start &+ $0, anchor, window($0))
          }
          isFinished = true
        } else {
          inPairs(period) {
            writeEnd($0)
            windows[$0] = window($0)
          }
        }
      } else {
        for index in 0..<count { windows[index] = window(index) }
      }
      if !isFinished {
        for index in (isWarm ? 0 : period &- 1)..<count {
          finish(start &+ index, anchor, windows[index])
        }
      }
      swap(&windows, &nextEnds)
      start &+= count
    }
  }

  /// Calls `body` with each index below `count`, in order, two in a round: what a round costs besides is
  /// as much as a body.
  @inline(__always)
  private static func inPairs(_ count: Int, _ body: (Int) -> Void) {
    var index = 0
    while index &+ 2 <= count {
      body(index)
      body(index &+ 1)
      index &+= 2
    }
    if index < count { body(index) }
  }
}
