import Foundation
import Testing

extension TrainedPortfolioTests {
  @Suite struct ReportCommandTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    @Test func `both pages are written and their paths are all that is printed`() throws {
      let run = try place.good("report", "pair.yaml", "--out", "pages")
      #expect(run.output == "pages/pair-backtest.html\npages/pair-allocation.html\n")
      #expect(run.errors.isEmpty)
      for line in run.outputLines {
        let page = try place.read(String(line))
        #expect(page.lowercased().hasPrefix("<!doctype html") && page.hasSuffix("</html>\n"))
        #expect(page.contains("pair"))
      }
    }

    @Test func `the same inputs give the same pages`() throws {
      try place.good("report", "pair.yaml", "--out", "first", "--workers", "1")
      try place.good("report", "pair.yaml", "--out", "second", "--workers", "3")
      let (first, second) = (try place.files(in: "first"), try place.files(in: "second"))
      #expect(first.count == 2)
      #expect(first == second)
    }

    @Test func `a page to read carries nothing out`() throws {
      try place.good("report", "pair.yaml", "--out", "pages")
      // The backtest, and no allocation.
      #expect(try rowCounts(of: place.url("bars.sqlite"))["run"] == 1)
      try place.write("BTC,2\nCASH,5000\n", to: "held.csv")
      try place.good("report", "pair.yaml", "--out", "pages", "--holdings", "held.csv")
      #expect(
        try place.read("pages/pair-allocation.html").contains("trades from holdings file held.csv"))
      #expect(try rowCounts(of: place.url("bars.sqlite"))["run"] == 1)
    }

    @Test func `where the allocation cannot be decided, no page is written`() throws {
      expectFailure(
        try place.run("report", "pair.yaml", "--out", "pages", "--holdings", "nope.csv"),
        naming: "nope.csv")
      #expect(!place.holds("pages"))
    }

    @Test func `a folder that cannot be made is named`() throws {
      expectFailure(
        try place.run("report", "pair.yaml", "--out", "pair.yaml/pages"),
        naming: "pair.yaml/pages/pair-backtest.html", "cannot be written")
    }
  }
}
