import Kernels
import Market
import Simulation
import Testing

@Suite struct SimulatedMarketTests {
  private func market(
    _ change: (inout SimulationSettings) -> Void = { _ in }
  ) throws -> SimulatedMarket {
    var settings = SimulationSettings()
    settings.symbols = 2
    settings.bars = 3000
    change(&settings)
    return try SimulatedMarket(settings)
  }

  /// Trouble of every kind.
  private func troubled(symbols: Int = 4, seed: UInt64 = 7) throws -> SimulatedMarket {
    try market {
      $0.symbols = symbols
      $0.seed = seed
      $0.r2 = 0.05
      $0.missing = 0.01
      $0.outages = 3
      $0.late = 1
      $0.delisted = 1
      $0.splits = 2
    }
  }

  @Test func `the same settings give the same bytes, another seed other ones`() throws {
    let (a, b) = (try troubled(), try troubled())
    #expect(a == b)
    #expect(a.symbols.map(\.barsCSV) == b.symbols.map(\.barsCSV))
    #expect(a.symbols.map(\.truthCSV) == b.symbols.map(\.truthCSV))
    let c = try troubled(seed: 8)
    #expect(zip(a.symbols, c.symbols).allSatisfy { $0.series != $1.series })
  }

  @Test func `the bytes are those of every machine`() throws {
    var sha = SHA256()
    for symbol in try troubled().symbols {
      sha.update(symbol.barsCSV)
      sha.update(symbol.truthCSV)
    }
    let frozen = "a6b293cd027eece48a583bb861b4d01cb8bb2cfe27575ca59762786171028cdb"
    #expect(sha.hex() == frozen)
  }

  @Test func `one more symbol leaves the others as they are`() throws {
    let (few, many) = (try troubled(), try troubled(symbols: 6))
    #expect(few.symbols == Array(many.symbols.prefix(4)))
    let matrix = Matrix(rows: [[1, 0.3, 0.6], [0.3, 1, 0.2], [0.6, 0.2, 1]])
    let three = try market {
      $0.symbols = 3
      $0.correlation = .matrix(matrix)
    }
    let two = try market {
      $0.correlation = .matrix(Matrix(rows: [[1, 0.3], [0.3, 1]]))
    }
    #expect(two.symbols == Array(three.symbols.prefix(2)))
  }

  @Test func `trouble changes no price of the bars that are left`() throws {
    let calm = try market { $0.symbols = 4 }
    let troubled = try market {
      $0.symbols = 4
      $0.missing = 0.01
      $0.outages = 3
      $0.splits = 2
      $0.delisted = 1
    }
    for (a, b) in zip(calm.symbols, troubled.symbols) {
      let bars = Dictionary(uniqueKeysWithValues: a.series.map { ($0.time, $0) })
      #expect(b.series.count < a.series.count)
      for bar in b.adjusted {
        let same = try #require(bars[bar.time])
        // Three is no power of two: the adjustment rounds.
        #expect(abs(bar.close / same.close - 1) < 1e-12)
        #expect(abs(bar.high / same.high - 1) < 1e-12)
        #expect(abs(bar.volume / same.volume - 1) < 1e-12)
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every bar is a possible one`(seed: UInt64) throws {
    for symbol in try troubled(seed: seed).symbols {
      for bar in symbol.series {
        #expect(bar.low > 0 && bar.low <= min(bar.open, bar.close))
        #expect(bar.high >= max(bar.open, bar.close) && bar.high.isFinite)
        #expect(bar.volume > 0 && bar.volume.isFinite)
      }
      #expect(symbol.truth.count == symbol.series.count)
      for truth in symbol.truth {
        let sum = truth.posterior.reduce(0, +)
        #expect(abs(sum - 1) < 1e-12 && truth.posterior.allSatisfy { $0 >= 0 })
      }
    }
  }

  @Test func `the truth's returns are those of the adjusted bars, whatever splits`() throws {
    let market = try troubled()
    #expect(market.events.contains { if case .split = $0.kind { true } else { false } })
    for symbol in market.symbols {
      let adjusted = symbol.adjusted
      for index in 1..<adjusted.count {
        let move = Elementary.log(adjusted.closes[index] / adjusted.closes[index - 1])
        let truth = try #require(symbol.truth[index].logReturn)
        #expect(abs(move - truth) < 1e-12)
        #expect(symbol.truth[index].missingBefore == symbol.series.missingSlots(before: index))
      }
      #expect(symbol.truth[0].logReturn == nil)
      // A split is seen in the raw prices as far as its ratio goes.
      for event in symbol.events {
        guard case .split(let ratio) = event.kind,
          let index = symbol.series.times.firstIndex(of: event.time), index > 0
        else { continue }
        let raw = symbol.series.opens[index] / symbol.series.closes[index - 1]
        #expect(raw * ratio > 0.8 && raw * ratio < 1.25)
      }
    }
  }

  @Test func `events say when a symbol begins, pauses and ends`() throws {
    let market = try troubled()
    let all = market.symbols[3].series
    #expect(all.times[0] == market.settings.start)
    for (index, symbol) in market.symbols.enumerated() {
      let listing = symbol.events.first { $0.kind == .listing }
      #expect((listing != nil) == (index == 0))
      if let listing { #expect(listing.time == symbol.series.times[0]) }
      let delisting = symbol.events.first { $0.kind == .delisting }
      #expect((delisting != nil) == (index == 1))
      if let delisting { #expect(delisting.time == symbol.series.times.last) }
      var gaps = 0
      for event in symbol.events {
        guard case .gap(let slots) = event.kind else { continue }
        gaps += slots
        let after = try #require(symbol.series.times.firstIndex { $0 > event.time })
        #expect(symbol.series.missingSlots(before: after) == slots)
        #expect(symbol.series.times[after - 1] + Timeframe.h1.milliseconds == event.time)
      }
      let last = try #require(symbol.series.times.last)
      let slots = Int((last - symbol.series.times[0]) / Timeframe.h1.milliseconds) + 1
      #expect(gaps == slots - symbol.series.count && gaps > 0)
      #expect(symbol.events.map(\.time) == symbol.events.map(\.time).sorted())
    }
  }

  @Test func `sessions have weekdays, and hours of New York`() throws {
    let daily = try market {
      $0.calendar = .sessions
      $0.timeframe = .d1
    }
    let times = daily.symbols[0].series.times
    #expect(times.allSatisfy { $0.weekday < 5 && $0.millisecondOfDay == 0 })
    #expect((0..<3000).allSatisfy { daily.symbols[0].series.missingSlots(before: $0) == 0 })
    let hourly = try market {
      $0.calendar = .sessions
      $0.bars = 70
    }
    let opens = hourly.symbols[0].series.times.map { $0.millisecondOfDay / 3_600_000 }
    #expect(opens == Array((0..<10).map { _ in Array(14...20) as [Int64] }.joined()))
    let half = try market {
      $0.calendar = .sessions
      $0.timeframe = .m30
      $0.bars = 26
    }
    #expect(half.symbols[0].series.times[0].millisecondOfDay == 52_200_000)
    #expect(half.symbols[0].series.times[13].weekday == 1)
    let weekdays = try market {
      $0.calendar = .weekdays
      $0.timeframe = .h4
    }
    #expect(weekdays.symbols[0].series.times.allSatisfy { $0.weekday < 5 })
    let weekly = try market { $0.timeframe = .w1 }
    #expect(weekly.symbols[0].series.times.allSatisfy { $0.weekday == 0 })
  }
}
