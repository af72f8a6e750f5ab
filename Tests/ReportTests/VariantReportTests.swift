import Engine
import Foundation
import Market
import Report
import Research
import Testing
import Trading

/// Buys half of its symbol once.
private struct BuyHalf: DecisionMaker {
  let weight: Double

  func decide(_ moment: Moment) async -> Targets? {
    moment.step == 1 ? Targets(weights: [weight], reasons: ["half"]) : nil
  }
}

/// The parts of the JSON that are read back.
private struct Variants: Decodable {
  struct Variant: Decodable {
    var name: String
    var returns: [Double]
  }
  var runHash: String
  var variants: [Variant]
}

@Suite struct VariantReportTests {
  /// Reports under three profiles, with real runs over the same days.
  private func comparison(own: String = "balanced") async throws -> VariantComparison {
    var series = BarSeries(symbol: "A", timeframe: .h1, calendar: .continuous)
    for hour in 0..<24 * 30 {
      let price = 100 + Double(hour * 7 % 13)
      series.append(
        Bar(
          time: Timestamp(year: 2020, month: 1, day: 1) + Int64(hour) * 3_600_000, open: price,
          high: price + 1, low: price - 1, close: price, volume: 1))
    }
    let grid = BarGrid([series])
    let loop = StepLoop(
      grid: grid, costs: CostSettings(commission: 0, slippage: 0), capital: CapitalSettings())
    var variants: [VariantComparison.Variant] = []
    for (index, profile) in Portfolio.Profile.allCases.enumerated() {
      var synthetic = SyntheticReport()
      synthetic.trials = 5
      var report = try synthetic.backtest()
      report.profile = profile.rawValue
      report.runHash = String(repeating: "\(index)", count: 64)
      let run = try await loop.run(
        0..<grid.times.count, BuyHalf(weight: 0.25 * Double(index + 1)))
      variants.append(.init(name: profile.rawValue, report: report, run: run))
    }
    return VariantComparison(variants, own: own)
  }

  @Test func `a variant's returns are those of its run's daily closes`() async throws {
    for variant in try await comparison().variants {
      #expect(variant.times.count == variant.returns.count + 1)
      #expect((29...31).contains(variant.returns.count))
      let product = variant.returns.reduce(1) { $0 * (1 + $1) }
      let equity = variant.run.equity
      #expect(abs(product - equity[equity.count - 1] / equity[0]) < 1e-12)
      #expect(variant.returns.contains { $0 != 0 })
    }
  }

  @Test func `baselines that all variants share stand once, others with their variants`()
    async throws
  {
    let same = try await comparison()
    #expect(same.baselines.map(\.curve.name) == same.variants[0].report.baselines.map(\.name))
    #expect(same.baselines.allSatisfy { $0.variants.isEmpty })
    var variants = same.variants
    variants[2].report.baselines[0].equity[5] *= 1.01
    let other = VariantComparison(variants, own: "balanced").baselines
    #expect(other.count == same.baselines.count + 1)
    #expect(
      other.filter { !$0.variants.isEmpty }.map(\.variants) == [
        ["conservative", "balanced"], ["aggressive"],
      ])
  }

  @Test func `the hash covers every variant and its name`() async throws {
    let base = try await comparison()
    #expect(base.runHash.count == 64)
    #expect(try await comparison(own: "aggressive").runHash == base.runHash)
    var variants = base.variants
    variants[1].report.runHash = String(repeating: "f", count: 64)
    #expect(VariantComparison(variants, own: "balanced").runHash != base.runHash)
    #expect(
      VariantComparison(base.variants.reversed(), own: "balanced").runHash != base.runHash)
  }

  @Test func `the table is narrow, names all and marks the file's own`() async throws {
    let text = TerminalReport.variants(try await comparison(), reportPath: "out/x.html")
    for part in [
      "demo under 3 profiles", "conservative", "balanced, the file's own", "aggressive",
      "buy and hold", "inverse volatility", "CAGR", "vol", "Sharpe", "max DD", "turn", "cost",
      "gross", "orders", "at 5 trials", "report out/x.html",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    for line in text.split(separator: "\n") { #expect(line.count <= TerminalReport.width) }
  }

  @Test func `the first lines are every variant's answer, the file's own first`() async throws {
    let text = TerminalReport.variants(try await comparison(own: "aggressive"))
    #expect(text.hasPrefix("aggressive: Not proved: over these 18 months"))
    let table = try #require(text.range(of: "Variants and baselines"))
    for name in ["conservative", "balanced"] {
      let answer = try #require(text.range(of: "\(name): Not proved: over these 18 months"))
      #expect(answer.lowerBound < table.lowerBound)
    }
  }

  @Test func `the page is that of the own variant, with one section more`() async throws {
    let comparison = try await comparison(own: "aggressive")
    let page = HTMLReport.variants(comparison)
    #expect(page.contains("<section id=\"variants\">") && page.hasSuffix("</html>\n"))
    #expect(page.contains(String(repeating: "2", count: 64)))
    let plain = HTMLReport.backtest(comparison.variants[2].report)
    #expect(!plain.contains("<section id=\"variants\">"))
    #expect(plain.contains("<section id=\"decisions\">"))
  }

  @Test func `JSON holds every variant's returns to the bit`() async throws {
    let comparison = try await comparison()
    let text = JSONReport.variants(comparison)
    // `JSONDecoder` rounds numbers correctly.
    let json = try JSONDecoder().decode(Variants.self, from: Data(text.utf8))
    #expect(json.variants.map(\.name) == comparison.variants.map(\.name))
    for (mine, theirs) in zip(comparison.variants, json.variants) {
      let isSame = theirs.returns == mine.returns
      #expect(isSame)
    }
    #expect(json.runHash == comparison.runHash)
  }

  @Test func `why no trade is a table of symbols, sums only where they are many`() throws {
    var report = try SyntheticReport.plain.get()
    let text = TerminalReport.backtest(report)
    #expect(text.contains("Why no trade (one outcome a symbol at each of 548 decisions)"))
    #expect(text.contains("inside the band") && text.contains("XRP"))
    report.decisionCounts = DecisionCounts(
      symbols: (0..<12).map { Symbol("S\($0)") }, decisions: 548,
      rows: [.init(name: "traded", counts: Array(repeating: 48, count: 12))])
    let many = TerminalReport.backtest(report)
    let table = many.split(separator: "\n").first { $0.hasPrefix("traded") }
    #expect(table?.hasSuffix(" 576") == true, "\(table ?? "")")
  }
}
