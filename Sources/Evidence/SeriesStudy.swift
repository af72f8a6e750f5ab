/// Which real series the other studies read, and whether they are those that the tables are of.
struct SeriesStudy: Sendable {
  func section(_ laboratory: Laboratory) throws -> StudySection {
    var rows: [[String]] = []
    let universes =
      MarketUniverse.all.filter { $0.given == $0.timeframe } + MarketUniverse.portfolios
    for universe in universes {
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
        2006 to 2017, split-adjusted, dividends excluded) for the studies of models, nine coins and 31 \
        stocks for those of portfolios. Nearly all of them are still listed: survivors. \
        Weeks are made of days. Four test windows each: April 2022 to April 2024 for coins, 2011 to \
        2017 for stocks; models are fitted on everything known before their window. The files are not \
        ours to ship; with the same SHA-256 the tables below come out the same.
        """,
      findings: [],
      table: [["universe", "file", "bars", "rows left out", "SHA-256"]] + rows,
      command: Study.series.command)
  }
}
