import Engine
import Foundation
import Market
import Signals
import Testing
import Trading

/// Equity curves on which a plain loop, backtrader, vectorbt and NautilusTrader agree to 1e-12.
/// They lie beside the repository and are skipped where they are not there.
private let oracle = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("../../../shared/oracle/engine").standardizedFileURL

private let hasOracle = FileManager.default.fileExists(atPath: oracle.path)

@Suite(.enabled(if: hasOracle, "the golden curves in ../shared/oracle/engine are not here"))
struct GoldenCurveTests {
  @Test(arguments: ["tiny3x60", "d10x2500"])
  func `replayed weights give the equity that four engines agree on`(name: String) throws {
    let series = try bars(name)
    let grid = BarGrid(series)
    let weights = try weights(name, grid)
    let loop = StepLoop(
      grid: grid, costs: CostSettings(commission: 0.001, slippage: 0.0005),
      capital: millionInCash)
    let run = try loop.run(0..<grid.times.count, WeightReplay(weights))
    let expected = try rows("\(name)__rwf.csv").map { (Int64($0[0])!, Double($0[1])!) }
    #expect(run.equity.count == expected.count)
    for (step, (seconds, equity)) in expected.enumerated() {
      #expect(run.times[step] == Timestamp(seconds: seconds))
      #expect(abs(run.equity[step] / equity - 1) < 1e-9)
    }
  }

  @Test(arguments: ["tiny3x60", "d10x2500"])
  func `stops on closes give the equity that three engines agree on`(name: String) throws {
    let grid = BarGrid(try bars(name))
    var columns = grid.symbols.map { _ in ExtraColumn(name: "entry") }
    for row in try rows("input/\(name)_ohlcv.csv") {
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
    let expected = try rows("\(name)__stp.csv").map { Double($0[1])! }
    #expect(run.equity.count == expected.count)
    for (own, golden) in zip(run.equity, expected) { #expect(abs(own / golden - 1) < 1e-9) }
  }

  private var millionInCash: CapitalSettings {
    var capital = CapitalSettings()
    capital.cash = 1_000_000
    return capital
  }

  private func rows(_ file: String) throws -> [[String]] {
    let text = try String(contentsOf: oracle.appendingPathComponent(file), encoding: .utf8)
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func bars(_ name: String) throws -> [BarSeries] {
    var bySymbol: [Symbol: [Bar]] = [:]
    for row in try rows("input/\(name)_ohlcv.csv") {
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

  private func weights(_ name: String, _ grid: BarGrid) throws -> [Timestamp: [Double]] {
    var weights: [Timestamp: [Double]] = [:]
    for row in try rows("input/\(name)_weights.csv") {
      weights[grid.knownAt(Int(row[0])!)] = row.dropFirst().map { Double($0)! }
    }
    return weights
  }
}
