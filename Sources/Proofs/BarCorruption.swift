import Kernels
public import Market
public import Research
import SignalGraph

/// Ways of making everything that is not known yet wrong.
///
/// A bar is known at its close, its open price when it opens: of a bar in progress the open stays.
public enum BarCorruption: String, Sendable, CaseIterable {
  /// Prices a hundredth of a per cent off: nothing that a fit would stumble over.
  case slight
  /// Prices and volumes multiplied by random factors of the size of a crash.
  case plausible
  /// Another level by a million up or down, volumes of any magnitude.
  case implausible
  /// Factors, and bars deleted, added in gaps and added after the end.
  case holes

  /// What became of the bars.
  var words: String {
    switch self {
    case .slight: "slightly off"
    case .plausible: "plausible"
    case .implausible: "absurd"
    case .holes: "gone or new"
    }
  }

  /// The series with every bar wrong that is not known at `now`.
  public func applied(to series: BarSeries, after now: Timestamp) -> BarSeries {
    let path = ["corruption", rawValue, series.symbol.name, series.timeframe.name]
    var random = CounterRandom(seed: 1, path: path)
    let known = series.countKnown(at: now)
    var result = series.prefix(known)
    let level = self == .implausible ? (random.uniform() < 0.5 ? 1e-6 : 1e6) : 1.0
    for index in known..<series.count {
      let bar = series[index]
      if self == .holes {
        if let last = result.times.last { fill(&result, from: last, to: bar.time, now, &random) }
        if bar.time > now, random.uniform() < 0.3 { continue }
      }
      result.append(wrong(bar, level, after: now, &random))
    }
    if self == .holes, let last = result.times.last {
      let end = last + 40 * series.timeframe.milliseconds
      fill(&result, from: last, to: end, now, &random)
    }
    return result
  }

  private func wrong(
    _ bar: Bar, _ level: Double, after now: Timestamp, _ random: inout CounterRandom
  ) -> Bar {
    let spread =
      switch self {
      case .slight: 0.0001
      case .plausible, .holes: 0.3
      case .implausible: 0.5
      }
    let price = level * Elementary.exp(spread * random.normal())
    let wide = self == .implausible ? 20.0 : 1.0
    let volume = Elementary.exp(wide * random.normal())
    let jump = Elementary.exp(0.1 * spread * random.normal())
    let open = bar.time <= now ? bar.open : bar.open * price * jump
    let close = bar.close * price
    return Bar(
      time: bar.time, open: open, high: max(open, close, bar.high * price),
      low: min(open, close, bar.low * price), close: close, volume: bar.volume * volume)
  }

  /// Puts bars into some of the slots between two times where the series has none.
  private func fill(
    _ result: inout BarSeries, from: Timestamp, to: Timestamp, _ now: Timestamp,
    _ random: inout CounterRandom
  ) {
    let last = result[result.count - 1]
    var slot = result.timeframe.slot(containing: max(from, now)) + result.timeframe.milliseconds
    // Of a long gap the first slots are enough.
    var added = 0
    while slot < to, added < 20 {
      if slot > now, random.uniform() < 0.5 {
        let price = last.close * Elementary.exp(0.3 * random.normal())
        result.append(
          Bar(time: slot, open: price, high: price, low: price, close: price, volume: 1))
        added += 1
      }
      slot = slot + result.timeframe.milliseconds
    }
  }
}

extension BarCorruption {
  /// A column of the user's with every value wrong that is not known at `now`.
  func applied(to column: ExtraColumn, of key: NodeKey, after now: Timestamp) -> ExtraColumn {
    let path = ["corruption", rawValue, key.symbol.name, key.timeframe.name, column.name]
    var random = CounterRandom(seed: 1, path: path)
    var result = column.known(at: now)
    for index in result.values.count..<column.values.count {
      if self == .holes, random.uniform() < 0.3 { continue }
      let spread = self == .slight ? 0.0001 : 0.3
      let level = self == .implausible ? 1e6 : 1
      // A value of 0 must become another one too.
      let value = level * (column.values[index] + spread * (1 + random.normal()))
      result.append(value, knownAt: column.knownAt[index])
    }
    return result
  }
}

extension MarketHistory {
  /// The history with everything wrong that is not known at `now`; slow bars are resampled anew.
  public func corrupted(_ how: BarCorruption, after now: Timestamp) throws -> MarketHistory {
    try rebuilt(
      columns: { how.applied(to: $1, of: $0, after: now) },
      bars: { how.applied(to: $0, after: now) })
  }
}
