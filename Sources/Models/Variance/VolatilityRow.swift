import Indicators
import Kernels
import Market

/// What the variance model reads of one bar; nothing in it depends on a fit.
public struct VolatilityRow: Sendable, Equatable {
  /// Bars over which ranges are averaged: one, a week, a month and a quarter of trading days
  /// (Corsi 2009), and as many bars on other timeframes.
  public static let periods = [1, 5, 22, 66]
  /// Ratios below this count as this: a bar without a range or a volume has no logarithm.
  static let leastRatio = 0.01

  /// `RangeVariance` of this bar.
  public var range: Double
  /// Its means over `periods`; nil until the longest is full.
  public var means: [Double]?
  /// Logarithm of the bar's volume over its mean of 20 bars, at least `leastRatio`; 0 in its
  /// warm-up.
  public var logVolumeRatio: Double
  /// Two harmonics of the time of day (below 1d) and of the day of the week (up to 1d) at the close.
  public var calendar: [Double]

  /// Whether a price has moved within the second of `periods`; false in the warm-up of the means, which are 0
  /// only where every range is.
  var hasMoved: Bool { means.map { $0[1] > 0 } ?? false }
}

/// Turns bars into volatility rows, one at a time.
struct VolatilityRowStream: Sendable {
  private let timeframe: Timeframe
  private var range = RangeVariance()
  private var means = CascadeMeans(periods: VolatilityRow.periods)
  private var volume = VolumeRatio()

  init(_ timeframe: Timeframe) {
    self.timeframe = timeframe
  }

  mutating func update(_ bar: Bar) -> VolatilityRow {
    let range = range.update(bar)
    return VolatilityRow(
      range: range, means: means.update(range),
      logVolumeRatio: volume.update(bar.volume).map {
        Elementary.log(max($0, VolatilityRow.leastRatio))
      } ?? 0,
      calendar: VolatilityRowStream.calendar(bar.time + timeframe.milliseconds, timeframe))
  }

  /// How many numbers `calendar` holds.
  static func calendarCount(_ timeframe: Timeframe) -> Int {
    timeframe.isIntraday ? 8 : timeframe <= .d1 ? 4 : 0
  }

  static func calendar(_ close: Timestamp, _ timeframe: Timeframe) -> [Double] {
    var harmonics: [Double] = []
    harmonics.reserveCapacity(calendarCount(timeframe))
    func add(_ circle: CyclicTime) {
      let (sine, cosine) = (circle.sine, circle.cosine)
      harmonics.append(sine)
      harmonics.append(cosine)
      harmonics.append(2 * sine * cosine)
      harmonics.append(cosine * cosine - sine * sine)
    }
    if timeframe.isIntraday { add(CyclicTime(timeOfDay: close)) }
    if timeframe <= .d1 { add(CyclicTime(dayOfWeek: close)) }
    return harmonics
  }
}
