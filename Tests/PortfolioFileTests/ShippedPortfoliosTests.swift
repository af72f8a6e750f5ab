import Allocation
import Foundation
import Indicators
import Market
import Models
import PortfolioFile
import Research
import Signals
import Testing
import Trading

@Suite struct ShippedPortfoliosTests {
  private func load(_ name: String) throws -> ResolvedPortfolio {
    try PortfolioFile.load(path: shippedPortfolios.appendingPathComponent(name).path)
  }

  @Test func `crypto holds five coins on three timeframes and tests from April 2018`() throws {
    let portfolio = try load("crypto.yaml").portfolio
    #expect(portfolio.symbols == ["BTC", "EOS", "ETH", "LTC", "XRP"])
    #expect(portfolio.timeframes.map(\.timeframe) == [.h1, .h4, .d1])
    #expect(portfolio.timeframes.map(\.weight) == [0.6, 0.3, 0.1])
    #expect(portfolio.profile == .balanced)
    #expect(portfolio.split.start == Timestamp(year: 2018, month: 4, day: 1))
    #expect(portfolio.split.folds == 6)
    #expect(portfolio.split.walkForward == .expanding)
    #expect(portfolio.exit.isOff)
  }

  @Test func `crypto-in-out trades by wide exits on ungated forecasts`() throws {
    let portfolio = try load("crypto-in-out.yaml").portfolio
    #expect(portfolio.allocation.mode == .inOut)
    #expect(portfolio.forecast.gate == .off)
    #expect(portfolio.exit.target == 0.2)
    #expect(portfolio.exit.stop == 0.1)
    #expect(portfolio.exit.trailing == 0.1)
  }

  @Test func `the two differ only in keys that no model depends on`() throws {
    let held = try load("crypto.yaml").portfolio
    var traded = try load("crypto-in-out.yaml").portfolio
    #expect(traded != held)
    for key in SettingKey.all where key.text(in: held) != key.text(in: traded) {
      let group = key.path.split(separator: ".")[0]
      #expect(
        ["allocation", "entry", "exit", "limits"].contains(group) || key.path == "forecast.gate",
        "\(key.path)")
    }
    traded.name = held.name
    traded.allocation = held.allocation
    traded.entry = held.entry
    traded.exit = held.exit
    // A prior's clusters are limited, those of open positions are not.
    #expect(traded.limits == LimitSettings() && held.limits == LimitSettings(cluster: .ofPrior))
    traded.limits = held.limits
    traded.forecast.gate = held.forecast.gate
    #expect(traded == held)
  }

  private static let originals = [
    "conservative", "balanced", "aggressive", "multi-symbol", "multi-timeframe",
  ]

  @Test(arguments: originals)
  func `the original's variants trade in and out on mean order, own networks, absolute thresholds`(
    name: String
  ) throws {
    let portfolio = try load("original-\(name).yaml").portfolio
    #expect(portfolio.allocation.mode == .inOut && portfolio.allocation.method == .conviction)
    #expect(portfolio.regime.order == .mean && portfolio.regime.states == 3)
    #expect(portfolio.forecast.scope == .node && portfolio.forecast.gate == .off)
    #expect(portfolio.features == .original)
    #expect(portfolio.capital.cash == 100_000)
    #expect(portfolio.costs.commission == 0.001 && portfolio.costs.slippage == 0.0005)
    #expect(portfolio.allocation.volatilityTarget == nil)
    for timeframe in portfolio.timeframes.map(\.timeframe) {
      guard case .logReturn = portfolio.entry.threshold(of: timeframe) else {
        Issue.record("\(timeframe) has no absolute threshold")
        continue
      }
    }
  }

  @Test func `the single variants have the original's own numbers`() throws {
    let found = try ["conservative", "balanced", "aggressive"].map {
      try load("original-\($0).yaml").portfolio
    }
    #expect(found.allSatisfy { $0.symbols == ["BTC"] && $0.primary == .h1 })
    #expect(
      found.map(\.entry.threshold) == [.logReturn(0.002), .logReturn(0.001), .logReturn(0.001)])
    #expect(found.map(\.entry.confidence) == [0.75, 0.65, 0.6])
    #expect(found.map(\.entry.volumeRatio) == [1.2, 0, 1])
    #expect(found.map(\.entry.short) == [true, false, true])
    #expect(found.map(\.entry.sides) == [[.short, .both, .long], nil, [.both, .both, .both]])
    #expect(found.map(\.entry.size) == [[0.8, 0.6, 1.2], nil, [1, 0.8, 1.5]])
    #expect(found.map(\.exit.target) == [0.015, 0.02, 0.025])
    #expect(found.map(\.exit.stop) == [0.008, 0.01, 0.012])
    #expect(found.map(\.exit.trailing) == [0.003, 0.005, 0.005])
    #expect(found.map(\.exit.maxBars) == [.byState([24, 48, 36]), nil, .byState([18, 36, 48])])
    #expect(found.map(\.exit.regimeChange) == [0.7, 0.7, nil])
    #expect(
      found.map(\.exit.reversal) == [
        .threshold(.logReturn(0.001)), .entry, .threshold(.logReturn(0.0005)),
      ])
    #expect(found.map(\.exit.lowConfidence) == [0.3, 0.3, 0.2])
    #expect(found.map(\.sizing.base) == [0.05, 0.1, 0.15])
    #expect(found.map(\.sizing.minimum) == [0.02, 0.05, 0.05])
    #expect(found.map(\.sizing.maximum) == [0.1, 0.2, 0.25])
    #expect(found.map(\.profile) == Portfolio.Profile.allCases)
  }

  @Test func `the multiple variants have the original's own numbers`() throws {
    let symbols = try load("original-multi-symbol.yaml").portfolio
    #expect(symbols.symbols == ["BTC", "ETH", "LTC"] && symbols.primary == .h1)
    #expect(symbols.symbols.map { symbols.sizing(for: $0).weight } == [0.5, 0.3, 0.2])
    #expect(symbols.entry.threshold == .logReturn(0.0015) && symbols.entry.confidence == 0.7)
    #expect(symbols.combine.method == .consensus && symbols.combine.consensus == 0.6)
    #expect(symbols.limits.gross == 0.8 && symbols.decisionEvery == 3_600_000)
    #expect(
      [symbols.exit.target, symbols.exit.stop, symbols.exit.trailing] == [0.02, 0.01, 0.004])
    #expect(symbols.limits.positions == 3 && symbols.limits.throttle.halt == 0.05)
    #expect(symbols.limits.pair.soft == 0.7 && symbols.limits.pair.hard == 0.8)
    let frames = try load("original-multi-timeframe.yaml").portfolio
    #expect(frames.timeframes.map(\.timeframe) == [.m15, .h1, .h4] && frames.primary == .m15)
    #expect(frames.timeframes.map(\.weight) == [0.1, 0.6, 0.3])
    // A bar of each timeframe's own: .001, .0015, .002.
    for (timeframe, expected) in [(Timeframe.m15, 0.001), (.h1, 0.0015), (.h4, 0.002)] {
      guard case .logReturn(let value) = frames.entry.threshold(of: timeframe) else { continue }
      let bars = Double(timeframe.milliseconds / Timeframe.m15.milliseconds)
      #expect(abs(value * bars - expected) < 1e-15)
    }
    #expect(frames.timeframes.map { frames.entry.confidence(of: $0.timeframe) } == [0.5, 0.7, 0.6])
    #expect(frames.entry.confirm == 0.6 && frames.combine.aligned == 0.7)
    #expect(frames.combine.alignedSize == 1.5 && frames.combine.conflictedSize == 0.5)
    #expect(frames.entry.by == .mixture && frames.entry.size == [0.6, 0.8, 1.2, 1.8])
    #expect(frames.exit.by == .mixture)
    #expect(frames.exit[.target] == .byState([0.01, 0.01, 0.02, 0.035]))
    #expect(frames.exit[.stop] == .byState([0.005, 0.005, 0.01, 0.015]))
    #expect(frames.exit[.trailing] == .byState([0.002, 0.002, 0.004, 0.006]))
  }

  @Test func `D5: every file of the folder loads`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: shippedPortfolios.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(names.count >= 7)
    for name in names {
      #expect(throws: Never.self, "\(name)") { try load(name) }
    }
  }
}
