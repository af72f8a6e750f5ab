import Market
import Proofs
import Research
import SignalGraph
import Testing

@Suite struct BarCorruptionTests {
  private let series = SmallMarket.series("BTC", days: 30)

  @Test(arguments: BarCorruption.allCases)
  func `what is known stays to the last bit, of a bar in progress the open`(
    how: BarCorruption
  ) throws {
    let now = SmallMarket.time(day: 17, hour: 9, minute: 30)
    let wrong = how.applied(to: series, after: now)
    let known = series.countKnown(at: now)
    #expect(wrong.prefix(known) == series.prefix(known))
    let progress = try #require(wrong.times.firstIndex(of: SmallMarket.time(day: 17, hour: 9)))
    #expect(progress == known)
    #expect(wrong.opens[progress] == series.opens[known])
    #expect(wrong.closes[progress] != series.closes[known])
  }

  @Test(arguments: BarCorruption.allCases)
  func `every later bar is another one, and still a bar`(how: BarCorruption) {
    let now = SmallMarket.time(day: 17, hour: 9)
    let wrong = how.applied(to: series, after: now)
    let old = Set(series.dropFirst(series.countKnown(at: now)).map(\.close))
    #expect(wrong.dropFirst(wrong.countKnown(at: now)).allSatisfy { !old.contains($0.close) })
    #expect(
      wrong.allSatisfy { bar in
        bar.low > 0 && bar.low <= min(bar.open, bar.close)
          && bar.high >= max(bar.open, bar.close) && bar.high.isFinite && bar.volume >= 0
      })
  }

  @Test func `holes take bars away and put new ones in`() {
    let now = SmallMarket.time(day: 17)
    let wrong = BarCorruption.holes.applied(to: series, after: now)
    let (old, new) = (Set(series.times), Set(wrong.times))
    // Of thirteen days a third is deleted, and about half of that filled again.
    #expect(old.subtracting(new).count > 30)
    #expect(new.subtracting(old).count > 5)
    #expect(old.symmetricDifference(new).allSatisfy { $0 > now })
    #expect((wrong.times.last ?? now) > (series.times.last ?? now))
  }

  @Test func `absurd prices are millions of times too high or too low`() {
    let now = SmallMarket.time(day: 17)
    let wrong = BarCorruption.implausible.applied(to: series, after: now)
    let factor = wrong.closes[wrong.count - 1] / series.closes[series.count - 1]
    #expect(factor > 1e4 || factor < 1e-4)
  }

  @Test(arguments: BarCorruption.allCases)
  func `the user's columns go wrong after the moment, and are read by the same nodes`(
    how: BarCorruption
  ) throws {
    let history = try SmallMarket.history(SmallMarket.portfolio).reading { _ in
      var column = ExtraColumn(name: "mood")
      for day in 0..<200 { column.append(Double(day % 3), knownAt: SmallMarket.time(day: day)) }
      return [column]
    }
    let now = SmallMarket.time(day: 100, hour: 14)
    let wrong = try history.corrupted(how, after: now)
    for symbol in history.symbols {
      for timeframe in [Timeframe.h1, .h4, .d1] {
        let key = NodeKey(symbol, timeframe)
        let mine = try #require(history.extras(key).first)
        let theirs = try #require(wrong.extras(key).first)
        #expect(theirs.name == "mood" && theirs.known(at: now) == mine.known(at: now))
        let later = theirs.knownAt.indices.dropFirst(mine.known(at: now).values.count)
        #expect(later.count > 50)
        #expect(later.allSatisfy { mine.value(at: theirs.knownAt[$0]) != theirs.values[$0] })
      }
    }
  }

  @Test func `a history's slow bars follow from its wrong bars`() throws {
    let portfolio = SmallMarket.portfolio
    let history = try SmallMarket.history(portfolio)
    let now = SmallMarket.time(day: 100, hour: 14)
    let wrong = try history.corrupted(.plausible, after: now)
    let end = try wrong.span(.error).end
    for symbol in history.symbols {
      for timeframe in [Timeframe.h4, .d1] {
        let key = NodeKey(symbol, timeframe)
        let known = history.series(key).countKnown(at: now)
        #expect(wrong.series(key).prefix(known) == history.series(key).prefix(known))
        #expect(
          wrong.series(key)
            == wrong.series(NodeKey(symbol, .h1)).resampled(
              to: timeframe, at: end))
        #expect(wrong.series(key) != history.series(key))
      }
    }
  }
}
