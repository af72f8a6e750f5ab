import Kernels
import Market

/// A place on a circle, so that 23:00 lies next to 00:00 and Sunday next to Monday.
public struct CyclicTime: Sendable, Equatable {
  public var sine: Double
  public var cosine: Double

  /// The time of day: midnight UTC is (0, 1), 06:00 (1, 0).
  public init(timeOfDay time: Timestamp) {
    self.init(part: time.millisecondOfDay, of: Timestamp.millisecondsPerDay)
  }

  /// The day of the week in whole days: Monday is (0, 1).
  public init(dayOfWeek time: Timestamp) {
    self.init(part: Int64(time.weekday), of: 7)
  }

  /// Sine and cosine of `2π·part / whole`, exact at each quarter of the circle.
  ///
  /// The quadrant is found in integers: otherwise noon would have a sine of 1e-16, which a scaler
  /// blows up to a feature.
  init(part: Int64, of whole: Int64) {
    let quadrant = 4 * part / whole
    let rest = Double(4 * part - quadrant * whole) / Double(whole)
    let angle = rest * 1.57079632679489661923
    let (s, c) = (Elementary.sin(angle), Elementary.cos(angle))
    switch quadrant {
    case 0: (sine, cosine) = (s, c)
    case 1: (sine, cosine) = (c, 0 - s)
    case 2: (sine, cosine) = (0 - s, 0 - c)
    default: (sine, cosine) = (0 - c, s)
    }
  }
}
