import Engine
import Foundation
import Market
import Signals
import Testing
import Trading

/// Bars, weights and entries with the equity that independent programs agree on; see
/// Fixtures/README.md.
enum GoldenCase: String, CaseIterable {
  /// Three symbols, 60 hours: in the repository.
  case tiny3x60
  /// Ten symbols, 2500 days: beside the repository, for it is large.
  case d10x2500

  static let present = allCases.filter(\.isPresent)

  var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// The lines of a file after its heading, cut at commas.
  func rows(_ file: String) throws -> [[String]] {
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private var folder: URL {
    URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent(self == .tiny3x60 ? "Fixtures" : "../../../shared/oracle/engine")
      .standardizedFileURL
  }
}

@Suite struct GoldenCurveTests {
  @Test(arguments: GoldenCase.present)
  func `replayed weights give the equity that four programs agree on`(golden: GoldenCase) throws {
    let series = try bars(golden)
    let grid = BarGrid(series)
    let weights = try weights(golden, grid)
    let loop = StepLoop(
      grid: grid, costs: CostSettings(commission: 0.001, slippage: 0.0005),
      capital: millionInCash)
    let run = try loop.run(0..<grid.times.count, WeightReplay(weights))
    let expected = try golden.rows("\(golden)__rwf.csv").map { (Int64($0[0])!, Double($0[1])!) }
    #expect(run.equity.count == expected.count)
    for (step, (seconds, equity)) in expected.enumerated() {
      #expect(run.times[step] == Timestamp(seconds: seconds))
      #expect(abs(run.equity[step] / equity - 1) < 1e-9)
    }
  }

  @Test(arguments: GoldenCase.present)
  func `stops on closes give the equity that four programs agree on`(golden: GoldenCase) throws {
    let grid = BarGrid(try bars(golden))
    var columns = grid.symbols.map { _ in ExtraColumn(name: "entry") }
    for row in try golden.rows("input/\(golden)_ohlcv.csv") {
      let symbol = try #require(grid.symbols.firstIndex(of: Symbol(row[1])))
      columns[symbol].append(
        Double(row[7])!,
        knownAt: Timestamp(seconds: Int64(row[0])!) + grid.timeframe.milliseconds)
    }
    var exit = ExitSettings()
    (exit.stop, exit.trailing) = (0.05, 0.08)
    var size = PositionSizeSettings()
    (size.rule, size.notional) = (.notional, 10_000)
    let run = try StepLoop(
      grid: grid, costs: CostSettings(commission: 0.001, slippage: 0.0005),
      capital: millionInCash
    ).run(
      0..<grid.times.count,
      SignalRules(
        signals: columns, entry: columns.map { _ in EntrySettings() },
        exit: columns.map { _ in exit }, size: size, bases: columns.map { _ in 0 }))
    let expected = try golden.rows("\(golden)__stp.csv").map { Double($0[1])! }
    #expect(run.equity.count == expected.count)
    for (own, theirs) in zip(run.equity, expected) { #expect(abs(own / theirs - 1) < 1e-9) }
  }

  @Test(
    .enabled(
      if: GoldenCase.d10x2500.isPresent,
      "the larger golden case is not here: ../shared/oracle/engine"))
  func `the larger case is among them`() throws {
    let grid = BarGrid(try bars(.d10x2500))
    #expect(grid.symbols.count == 10 && grid.times.count == 2500)
    #expect(GoldenCase.present == [.tiny3x60, .d10x2500])
  }

  private var millionInCash: CapitalSettings {
    var capital = CapitalSettings()
    capital.cash = 1_000_000
    return capital
  }

  private func bars(_ golden: GoldenCase) throws -> [BarSeries] {
    var bySymbol: [Symbol: [Bar]] = [:]
    for row in try golden.rows("input/\(golden)_ohlcv.csv") {
      bySymbol[Symbol(row[1]), default: []].append(
        Bar(
          time: Timestamp(seconds: Int64(row[0])!), open: Double(row[2])!, high: Double(row[3])!,
          low: Double(row[4])!, close: Double(row[5])!, volume: Double(row[6])!))
    }
    return bySymbol.keys.sorted().map { symbol in
      let bars = bySymbol[symbol]!
      let step = bars[1].time - bars[0].time
      return BarSeries(
        symbol: symbol, timeframe: Timeframe(milliseconds: step)!, calendar: .continuous,
        bars: bars)
    }
  }

  private func weights(_ golden: GoldenCase, _ grid: BarGrid) throws -> [Timestamp: [Double]] {
    var weights: [Timestamp: [Double]] = [:]
    for row in try golden.rows("input/\(golden)_weights.csv") {
      weights[grid.knownAt(Int(row[0])!)] = row.dropFirst().map { Double($0)! }
    }
    return weights
  }
}
