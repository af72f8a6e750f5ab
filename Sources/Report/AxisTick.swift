import Foundation
import Market

/// A mark on an axis: a position in the axis' own unit and its text.
package struct AxisTick: Sendable, Equatable {
  package var value: Double
  package var text: String
  /// Whether it stays where there is room for only a few labels (a phone).
  package var isMajor: Bool = true
}

/// Ticks at round values.
package enum AxisTicks {
  /// Returns values at a step of 1, 2, 2.5 or 5 times a power of ten, inside `low...high`, about
  /// `count` of them.
  package static func round(low: Double, high: Double, count: Int) -> [Double] {
    guard high > low, (high - low).isFinite else { return [low] }
    let rough = (high - low) / Double(max(1, count))
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 }! * power
    // Multiples of the step, not sums: sums drift and 0 would become 1e-17.
    let first = Int64((low / step - 1e-9).rounded(.up))
    let last = Int64((high / step + 1e-9).rounded(.down))
    guard first <= last else { return [low] }
    return (first...last).map { Double($0) * step }
  }

  /// Returns values for a logarithmic axis: powers of ten over several decades, 1, 2 and 5 times a
  /// power over about one, and evenly spaced round values over less.
  package static func logarithmic(low: Double, high: Double) -> [Double] {
    precondition(low > 0 && high >= low)
    if high / low < 6 { return round(low: low, high: high, count: 5).filter { $0 > 0 } }
    let multiples: [Double] = high / low < 120 ? [1, 2, 5] : [1]
    let decades = Int(floor(log10(low)))...Int(ceil(log10(high)))
    let every = max(1, decades.count / 8)
    return decades.filter { $0.isMultiple(of: every) }.flatMap { decade in
      multiples.map { $0 * pow(10, Double(decade)) }
    }.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
  }

  /// Returns ticks at the starts of days, months or years, at most `count`; those marked major are
  /// at most `few` and evenly spaced.
  package static func time(from start: Timestamp, to end: Timestamp, count: Int, few: Int)
    -> [AxisTick]
  {
    guard end > start else { return [] }
    for step in TimeStep.all {
      guard let times = step.starts(from: start, to: end, atMost: count) else { continue }
      let every = (times.count + few - 1) / max(1, few)
      return times.enumerated().map { index, time in
        AxisTick(
          value: Double(time.milliseconds), text: step.label(of: time),
          isMajor: every <= 1 || index.isMultiple(of: every))
      }
    }
    return []
  }
}

/// A distance between time ticks.
private enum TimeStep {
  case hours(Int)
  case days(Int)
  case months(Int)
  case years(Int)

  static let all: [TimeStep] = [
    .hours(1), .hours(3), .hours(6), .hours(12), .days(1), .days(2), .days(7), .days(14),
    .months(1), .months(2), .months(3), .months(6), .years(1), .years(2), .years(5), .years(10),
    .years(25), .years(50), .years(100),
  ]

  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  func label(of time: Timestamp) -> String {
    let (year, month, day) = time.civil
    let name = TimeStep.monthNames[month - 1]
    switch self {
    case .hours:
      if time.millisecondOfDay == 0 { return "\(day) \(name)" }
      let hour = time.millisecondOfDay / 3_600_000
      return (hour < 10 ? "0" : "") + "\(hour):00"
    case .days: return "\(day) \(name)"
    case .months: return "\(name) \(year)"
    case .years: return String(year)
    }
  }

  /// The starts of this step within `start...end`, or nil when there are more than `count`.
  func starts(from start: Timestamp, to end: Timestamp, atMost count: Int) -> [Timestamp]? {
    switch self {
    case .hours(let hours): return grid(Int64(hours) * 3_600_000, start, end, count)
    case .days(let days): return grid(Int64(days) * Timestamp.millisecondsPerDay, start, end, count)
    case .months(let months): return civil(months: months, start, end, count)
    case .years(let years): return civil(months: years * 12, start, end, count)
    }
  }

  private func grid(_ step: Int64, _ start: Timestamp, _ end: Timestamp, _ count: Int)
    -> [Timestamp]?
  {
    guard (end - start) / step < Int64(count) else { return nil }
    // Whole weeks begin on a Monday; the epoch was a Thursday.
    let offset =
      step.isMultiple(of: 7 * Timestamp.millisecondsPerDay)
      ? 4 * Timestamp.millisecondsPerDay : 0
    var time = start - ((start.milliseconds - offset) % step + step) % step
    if time < start { time = time + step }
    var times: [Timestamp] = []
    while time <= end {
      times.append(time)
      time = time + step
    }
    return times.count <= count ? times : nil
  }

  private func civil(months: Int, _ start: Timestamp, _ end: Timestamp, _ count: Int)
    -> [Timestamp]?
  {
    // Months since year 0, on multiples of the step, so that half years start in January and July.
    func index(_ time: Timestamp) -> Int { time.civil.year * 12 + time.civil.month - 1 }
    let first = index(start) / months * months
    let last = index(end)
    guard (last - first) / months <= count else { return nil }
    let times = stride(from: first, through: last, by: months).compactMap { month in
      let time = Timestamp(year: month / 12, month: month % 12 + 1, day: 1)
      return time >= start && time <= end ? time : nil
    }
    return times.count <= count ? times : nil
  }
}
