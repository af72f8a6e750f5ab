/// Which real series the other studies read, and whether they are those that the tables are of.
struct SeriesStudy: Sendable {
  func section(_ laboratory: Laboratory) throws -> StudySection {
    var rows: [[String]] = []
    for universe in MarketUniverse.all where universe.given == universe.timeframe {
      for source in try laboratory.bars(universe).sources {
        rows.append([
          universe.name, source.file, "\(source.bars)", "\(source.rejected)",
          "`\(source.sha256)`",
        ])
      }
    }
    return StudySection(
      study: .series, title: "The real series",
      method: """
        Four coins (hourly, four-hourly and daily bars of 2020 to 2024) and ten stocks (daily bars of \
        2006 to 2017, split-adjusted, dividends excluded), all of which are still listed: survivors. \
        Weeks are made of days. Four test windows each: April 2022 to April 2024 for coins, 2011 to \
        2017 for stocks; models are fitted on everything known before their window. The files are not \
        ours to ship; with the same SHA-256 the tables below come out the same.
        """,
      findings: [],
      table: [["universe", "file", "bars", "rows left out", "SHA-256"]] + rows,
      command: Study.series.command)
  }
}
