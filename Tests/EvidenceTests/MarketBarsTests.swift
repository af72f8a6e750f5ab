import Evidence
import Market
import Testing

@Suite struct MarketBarsTests {
  /// `printf 'ab  a.csv\ncd  b.csv\n' | sha256sum`.
  @Test func `the digest of a universe is that of its files' digests in order of their names`() {
    let universe = MarketUniverse.portfolios[0]
    func source(_ file: String, _ sha256: String) -> MarketBars.Source {
      MarketBars.Source(file: file, sha256: sha256, bars: 1, rejected: 0)
    }
    let bars = MarketBars(
      universe: universe,
      series: universe.symbols.map { BarSeries(symbol: $0, timeframe: .h1, calendar: .continuous) },
      sources: [source("b.csv", "cd"), source("a.csv", "ab")])
    #expect(
      bars.digest == "9c053aa1bf675cd60c19ec9ba92aeff25783ccf03562f439f4c604bbb527b18d")
  }
}
