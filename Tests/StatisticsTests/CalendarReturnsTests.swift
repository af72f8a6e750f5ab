import Foundation
import Statistics
import Testing

@Suite struct CalendarReturnsTests {
  @Test func `months and years compound`() throws {
    let table = try CalendarReturns(
      returns: [0.1, 0.1, -0.5, 1], months: [(2020, 11), (2020, 11), (2020, 12), (2022, 1)])
    #expect(table.years.map(\.year) == [2020, 2022])
    #expect(agree(table.years[0].months[10], 0.21, within: 1e-14))
    #expect(table.years[0].months[11] == -0.5 && table.years[0].months[0] == nil)
    #expect(agree(table.years[0].total, 1.21 / 2 - 1, within: 1e-14))
    #expect(table.years[1].total == 1)
    #expect(throws: StatisticsError.lengthsDiffer(1, 0)) {
      try CalendarReturns(returns: [1], months: [])
    }
  }

  @Test(arguments: ReferenceFiles.present)
  func `agrees with quantstats`(files: ReferenceFiles) throws {
    let file = try files.metrics()
    let dates = try #require(file["dates"] as? [String])
    let table = try CalendarReturns(
      returns: try file.numbers("returns"),
      months: try dates.map { date in
        let parts = date.split(separator: "-")
        return (try #require(Int(parts[0])), try #require(Int(parts[1])))
      })
    let reference = try file.object("quantstats_monthly")
    #expect(table.years.count == reference.count)
    for year in table.years {
      // Twelve months, then the year.
      let row = try reference.numbers("\(year.year)")
      for (mine, theirs) in zip(year.months + [year.total], row) {
        #expect(agree(mine, theirs, within: 1e-11))
      }
    }
  }
}
