import Indicators
import Kernels
import Market
import Testing

/// The user's columns among the features.
@Suite struct ExtraFeatureTests {
  private let series = GeneratedBars.walk.series(count: 120)

  /// A value every third bar, from bar 40 on.
  private func column(_ scale: Double = 1) -> ExtraColumn {
    var column = ExtraColumn(name: "funding")
    for t in stride(from: 40, to: 120, by: 3) {
      column.append(scale * Double(t), knownAt: series.knownAt(t))
    }
    return column
  }

  private func rows(_ column: ExtraColumn) throws -> [[Double]?] {
    var stream = FeatureStream(
      try FeatureSpec(names: ["return_1", "extra.funding"]), .h1, extras: [column])
    return series.map { stream.update($0) }
  }

  @Test func `a bar has the last value known at its close, and no row before the first`() throws {
    let rows = try rows(column())
    for t in 0..<120 {
      guard t >= 40 else {
        #expect(rows[t] == nil)
        continue
      }
      #expect(rows[t]?[1] == Double(t - (t - 40) % 3))
    }
  }

  @Test func `values that come later change nothing before them`() throws {
    let whole = try rows(column())
    var other = ExtraColumn(name: "funding")
    let own = column()
    let border = series.knownAt(79)
    for (time, value) in zip(own.knownAt, own.values) {
      other.append(time <= border ? value : -1e6 * value, knownAt: time)
    }
    let changed = try rows(other)
    #expect(Array(changed.prefix(80)) == Array(whole.prefix(80)))
    #expect(changed[90] != whole[90])
    #expect(Array(try rows(own.known(at: border)).prefix(80)) == Array(whole.prefix(80)))
  }

  @Test func `a coarser bar reads what is known at its own close`() throws {
    let daily = series.resampled(to: .h4)
    var stream = FeatureStream(
      try FeatureSpec(names: ["extra.funding"]), .h4, extras: [column()])
    for (index, bar) in daily.enumerated() {
      let expected = column().value(at: daily.knownAt(index))
      #expect(stream.update(bar)?[0] == expected)
    }
  }

  @Test func `regimes can observe it`() throws {
    let kind = RegimeObservation.features(try FeatureSpec(names: ["extra.funding", "log_return"]))
    var stream = RegimeObservationStream(kind, .h1, extras: [column()])
    let rows = series.map { stream.update($0) }
    #expect(rows[39] == nil && rows[40]?[0] == 40)
  }
}
