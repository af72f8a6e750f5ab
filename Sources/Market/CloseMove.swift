/// A change from the close of one bar to that of the next.
public struct CloseMove: Sendable, Equatable {
  /// Beyond this factor a move is more likely a bad print, or a split that prices are not adjusted for,
  /// than a market.
  public static let suspectFactor = 4.0

  /// The open of the later bar.
  public let time: Timestamp
  public let from: Double
  public let to: Double

  public init(time: Timestamp, from: Double, to: Double) {
    self.time = time
    self.from = from
    self.to = to
  }

  /// The change as a fraction: .05 is five percent up.
  public var change: Double { to / from - 1 }

  /// How many times the one close is the other, up or down: 4 is fourfold, or a quarter.
  public var factor: Double { max(to / from, from / to) }
}

extension BarSeries {
  /// The moves from each close to the next, in order of time, one fewer than bars.
  public var closeMoves: [CloseMove] {
    (1..<Swift.max(1, count)).map { index in
      CloseMove(time: times[index], from: closes[index - 1], to: closes[index])
    }
  }
}

extension Sequence<CloseMove> {
  /// By the largest factor, the largest first, the earlier of equals.
  public var byFactor: [CloseMove] {
    sorted { ($1.factor, $0.time) < ($0.factor, $1.time) }
  }

  /// What to ask of moves beyond `suspectFactor`, of which the largest is named; nil where there are none.
  ///
  /// It goes on after the words `the close`: `moves from 26.0 to 120.0 at 2020-01-06T00:00Z: bad print, or ...`
  public var doubt: String? {
    let moves = byFactor
    guard let largest = moves.first else { return nil }
    let others = moves.count - 1
    let more = others == 0 ? "" : " (and \(others) more such move\(others == 1 ? "" : "s"))"
    return "moves from \(largest.from) to \(largest.to) at \(largest.time)\(more): bad print, or a "
      + "split that prices are not adjusted for? `data check` lists such moves"
  }
}
