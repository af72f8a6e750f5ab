extension CrossRegimes {
  /// Every two symbols.
  static func pairs(
    _ symbols: Int, _ states: Int, _ labels: [[Int?]], _ returns: [[Double?]]
  ) -> [Pair] {
    let columns = (0..<symbols).map { s in labels.map { $0[s] } }
    let own = (0..<symbols).map { s in returns.map { $0[s] } }
    var pairs: [Pair] = []
    for first in 0..<symbols {
      for second in (first + 1)..<max(first + 1, symbols) {
        let counts = JointCounts(columns[first], columns[second], states: states)
        var same = Array(repeating: PairReturns(), count: states)
        var apart = PairReturns()
        for bar in labels.indices {
          guard let a = columns[first][bar], let b = columns[second][bar],
            let x = own[first][bar], let y = own[second][bar]
          else { continue }
          if a == b { same[a].add(x, y) } else { apart.add(x, y) }
        }
        pairs.append(
          Pair(
            first: first, second: second, bars: counts.bars,
            together: counts.share { counts.both($0) },
            expected: counts.share { counts.expected($0) },
            same: same.map(\.conditional), apart: apart.conditional))
      }
    }
    return pairs
  }

  /// For each regime the bars of all pairs on which both symbols are in it, and how many there would be
  /// of independent symbols.
  static func together(_ symbols: Int, _ states: Int, _ labels: [[Int?]]) -> [(
    both: Double, expected: Double
  )] {
    let columns = (0..<symbols).map { s in labels.map { $0[s] } }
    var sums = Array(repeating: (both: 0.0, expected: 0.0), count: states)
    for first in 0..<symbols {
      for second in (first + 1)..<max(first + 1, symbols) {
        let counts = JointCounts(columns[first], columns[second], states: states)
        for state in 0..<states {
          sums[state].both += counts.both(state)
          sums[state].expected += counts.expected(state)
        }
      }
    }
    return sums
  }
}

/// How often two symbols are in which regimes, over the bars on which both have one.
private struct JointCounts {
  private(set) var bars = 0
  private let states: Int
  /// Bars with the first symbol in the row's regime and the second in the column's.
  private var joint: [Int]

  init(_ first: [Int?], _ second: [Int?], states: Int) {
    self.states = states
    joint = Array(repeating: 0, count: states * states)
    for (a, b) in zip(first, second) {
      guard let a, let b else { continue }
      joint[a * states + b] += 1
      bars += 1
    }
  }

  func both(_ state: Int) -> Double { Double(joint[state * states + state]) }

  /// Bars with both in a regime if each is in it as often as it is, independently.
  func expected(_ state: Int) -> Double {
    var (first, second) = (0, 0)
    for other in 0..<states {
      first += joint[state * states + other]
      second += joint[other * states + state]
    }
    return bars == 0 ? 0 : Double(first) * Double(second) / Double(bars)
  }

  /// The share of the bars that a count over the regimes comes to; nil without a bar.
  func share(_ count: (Int) -> Double) -> Double? {
    guard bars > 0 else { return nil }
    var sum = 0.0
    for state in 0..<states { sum += count(state) }
    return sum / Double(bars)
  }
}

/// Returns of two symbols on the same bars.
private struct PairReturns {
  private var first: [Double] = []
  private var second: [Double] = []

  mutating func add(_ x: Double, _ y: Double) {
    first.append(x)
    second.append(y)
  }

  /// Pearson's correlation, about the means of these bars.
  var conditional: CrossRegimes.Conditional {
    let n = Double(first.count)
    guard first.count >= CrossRegimes.least else {
      return .init(bars: first.count, correlation: nil)
    }
    let (x, y) = (first.reduce(0, +) / n, second.reduce(0, +) / n)
    var (own, other, cross) = (0.0, 0.0, 0.0)
    for (a, b) in zip(first, second) {
      own += (a - x) * (a - x)
      other += (b - y) * (b - y)
      cross += (a - x) * (b - y)
    }
    let scale = (own * other).squareRoot()
    return .init(
      bars: first.count, correlation: scale > 0 ? max(-1, min(1, cross / scale)) : nil)
  }
}
