/// The length of a bar, one of a fixed list, on the UTC grid. Weeks start on Monday.
public struct Timeframe: Hashable, Sendable {
  public let name: String
  public let milliseconds: Int64

  private init(_ name: String, minutes: Int64) {
    self.name = name
    self.milliseconds = minutes * 60_000
  }

  public static let m1 = Timeframe("1m", minutes: 1)
  public static let m5 = Timeframe("5m", minutes: 5)
  public static let m15 = Timeframe("15m", minutes: 15)
  public static let m30 = Timeframe("30m", minutes: 30)
  public static let h1 = Timeframe("1h", minutes: 60)
  public static let h2 = Timeframe("2h", minutes: 120)
  public static let h4 = Timeframe("4h", minutes: 240)
  public static let h8 = Timeframe("8h", minutes: 480)
  public static let h12 = Timeframe("12h", minutes: 720)
  public static let d1 = Timeframe("1d", minutes: 1440)
  public static let w1 = Timeframe("1w", minutes: 10_080)

  /// Every timeframe, finest first.
  public static let all: [Timeframe] = [
    .m1, .m5, .m15, .m30, .h1, .h2, .h4, .h8, .h12, .d1, .w1,
  ]

  /// The timeframe of that name (`1h`), or nil.
  public init?(_ name: some StringProtocol) {
    guard let known = Timeframe.all.first(where: { $0.name == name }) else { return nil }
    self = known
  }

  /// The timeframe of that length, or nil.
  public init?(milliseconds: Int64) {
    guard let known = Timeframe.all.first(where: { $0.milliseconds == milliseconds }) else {
      return nil
    }
    self = known
  }

  /// Whether bars of this length open within a day (finer than `1d`).
  public var isIntraday: Bool { milliseconds < Timestamp.millisecondsPerDay }

  /// The open of the slot that holds `time`.
  public func slot(containing time: Timestamp) -> Timestamp {
    // The epoch was a Thursday; shifting by three days puts Mondays on the grid of weeks.
    let shift = self == .w1 ? 3 * Timestamp.millisecondsPerDay : 0
    let index = Timestamp.floorDivide(time.milliseconds + shift, milliseconds)
    return Timestamp(milliseconds: index * milliseconds - shift)
  }

  /// Whether a bar of this timeframe may open at `time`.
  public func isOnGrid(_ time: Timestamp) -> Bool {
    slot(containing: time) == time
  }
}

extension Timeframe: Comparable, CustomStringConvertible {
  /// Finer timeframes come first.
  public static func < (a: Timeframe, b: Timeframe) -> Bool {
    a.milliseconds < b.milliseconds
  }

  public var description: String { name }
}
