import Market
import Store
import Testing

/// What a file of a day or two tells of a market's nights.
@Suite struct NightTests {
  let folder = try! TestFolder()

  /// Minutes of 2 and 3 January 2024, a Tuesday and a Wednesday, that lie in some hours of the day.
  private func report(_ hours: [Range<Double>], days: Int64 = 2) throws -> IngestReport {
    let tuesday = Timestamp(year: 2024, month: 1, day: 2)
    let minutes = madeUpBars(Int(days) * 1440, from: tuesday, every: .m1).filter { bar in
      hours.contains { $0.contains(Double(bar.time.millisecondOfDay) / 3_600_000) }
    }
    return try folder.database().ingest(try folder.file("X-1m.csv", csv(minutes)))
  }

  // New York, and Tokyo with its noon.
  @Test(arguments: [[14.5..<21], [0..<2.5, 3.5..<6]] as [[Range<Double>]])
  func `two sessions with a night between them are a share's`(hours: [Range<Double>]) throws {
    let report = try report(hours)
    #expect(report.series[0].calendar == .sessions)
    #expect(report.notes.isEmpty)
  }

  // A session alone; a coin's morning; its morning and evening, with an outage of eleven hours.
  @Test(arguments: [[14.5..<21], [0..<12], [2..<5, 16..<19]] as [[Range<Double>]])
  func `without a night nothing is told`(hours: [Range<Double>]) throws {
    let report = try report(hours, days: 1)
    #expect(report.series[0].calendar == .continuous)
    #expect(report.notes.count == 1)
  }
}
