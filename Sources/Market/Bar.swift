/// One bar: what was traded from its open time on, for the length of its timeframe.
///
/// It is stamped with its **open**. It is known at its close and not before (`BarSeries.knownAt`).
public struct Bar: Hashable, Sendable {
  public var time: Timestamp
  public var open: Double
  public var high: Double
  public var low: Double
  public var close: Double
  public var volume: Double

  @inlinable public init(
    time: Timestamp, open: Double, high: Double, low: Double, close: Double, volume: Double
  ) {
    self.time = time
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }
}
