import Market

/// Volume-weighted average price since the start of the session, in the unit of the price.
///
/// `sum v·p / sum v` over the session's bars so far, this one included, with
/// `p = (high + low + close) / 3` and v the volume; the plain mean of p while there is no volume. A
/// session is the bars that open on one day, UTC, counted from `sessionStart` milliseconds after
/// midnight. It has a value for every bar, and bars of a day or longer are sessions of their own.
///
/// Deviations are summed about the session's first price and the sums start anew with each session,
/// so nothing drifts; equal prices have exactly that price as their average.
public struct SessionVWAP: Sendable {
  public let sessionStart: Int64
  private var session: Int64?
  private var anchor = 0.0
  private var weighted = 0.0
  private var volumes = 0.0
  private var deviations = 0.0
  private var bars = 0.0

  /// - Precondition: the session starts within a day.
  public init(sessionStart: Int64 = 0) {
    precondition(
      (0..<Timestamp.millisecondsPerDay).contains(sessionStart),
      "a session starts within a day of midnight")
    self.sessionStart = sessionStart
  }

  /// Takes in the next bar. Returns the average price of the session so far.
  ///
  /// - Precondition: the volume is finite and not negative.
  public mutating func update(_ bar: Bar) -> Double {
    requireVolume(bar.volume)
    let price = (bar.high + bar.low + bar.close) / 3
    let day = (bar.time - sessionStart).day
    if session != day {
      session = day
      anchor = price
      (weighted, volumes, deviations, bars) = (0, 0, 0, 0)
    }
    weighted += bar.volume * (price - anchor)
    volumes += bar.volume
    deviations += price - anchor
    bars += 1
    return anchor + (volumes > 0 ? weighted / volumes : deviations / bars)
  }

  /// The averages of a whole series.
  public static func column(_ series: BarSeries, sessionStart: Int64 = 0) -> [Double] {
    var average = SessionVWAP(sessionStart: sessionStart)
    return series.map { average.update($0) }
  }
}
