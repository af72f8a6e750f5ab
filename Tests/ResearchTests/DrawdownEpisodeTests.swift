import Foundation
import Market
import Research
import Testing

@Suite struct DrawdownEpisodeTests {
  private static let tests = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Two years of generated returns; and four of stocks where they lie beside the repository.
  private static let references =
    [tests.appendingPathComponent("StatisticsTests/Fixtures/metrics.json")]
    + [tests.appendingPathComponent("../../shared/oracle/allocation/metrics.json")]
    .map(\.standardizedFileURL).filter { FileManager.default.fileExists(atPath: $0.path) }

  private struct Metrics: Decodable {
    struct Episode: Decodable {
      let start, valley, end, days: String
    }
    enum CodingKeys: String, CodingKey {
      case dates, returns
      case drawdowns = "quantstats_drawdowns"
    }
    let dates: [String]
    let returns: [Double]
    let drawdowns: [Episode]
  }

  @Test func `days are of the calendar, steps are closes`() throws {
    // From the close of Friday 5 January 2018; Saturday and Sunday have none.
    let start = Timestamp(year: 2018, month: 1, day: 6)
    let days: [Int64] = [0, 3, 4, 5, 6, 7, 10]
    let episodes = DrawdownEpisode.deepest(
      5, times: days.map { start + $0 * Timestamp.millisecondsPerDay },
      equity: [100, 90, 95, 99, 101, 100, 98])
    // Monday to Wednesday, recovered on Thursday; from Friday on to Monday, and not recovered.
    #expect(episodes.map(\.days) == [3, 4] && episodes.map(\.steps) == [3, 2])
    #expect(episodes.map(\.isOngoing) == [false, true])
  }

  @Test(arguments: DrawdownEpisodeTests.references)
  func `the deepest five have the dates and days of quantstats`(reference: URL) throws {
    let file = try JSONDecoder().decode(Metrics.self, from: Data(contentsOf: reference))
    // A day is known at the midnight that ends it.
    let closes = try file.dates.map { date in
      let parts = date.split(separator: "-").compactMap { Int($0) }
      try #require(parts.count == 3)
      return Timestamp(year: parts[0], month: parts[1], day: parts[2])
        + Timestamp.millisecondsPerDay
    }
    var equity = [1.0]
    for value in file.returns { equity.append(equity[equity.count - 1] * (1 + value)) }
    let episodes = DrawdownEpisode.deepest(
      5, times: [closes[0] - Timestamp.millisecondsPerDay] + closes, equity: equity)
    #expect(episodes.count == 5 && file.drawdowns.count == 5)
    for (mine, theirs) in zip(episodes, file.drawdowns) {
      #expect(mine.days == Int(theirs.days))
      #expect((mine.valley - 1).date == theirs.valley)
      // The recovery is the close after the last one below.
      let end = try #require(closes.last { $0 < mine.recovery ?? .distantFuture })
      #expect((end - 1).date == theirs.end)
      let first = try #require(closes.first { $0 > mine.peak })
      #expect((first - 1).date == theirs.start)
    }
  }
}
