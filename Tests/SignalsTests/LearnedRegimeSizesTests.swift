import Market
import Signals
import Testing

/// `regime.size: learned`: a state is made smaller by what followed it.
@Suite struct LearnedRegimeSizesTests {
  private let day = Timestamp.millisecondsPerDay

  private func record(_ rows: [(symbol: Symbol, q: [Double], y: Double)]) -> RegimeRecord {
    RegimeRecord(
      rows.enumerated().map { index, row in
        .init(
          knownAt: Timestamp(milliseconds: Int64(index) * day), symbol: row.symbol,
          probabilities: row.q, outcome: row.y)
      })
  }

  /// SR0/√P = .1.
  private let learned = LearnedRegimeSizes(barsPerYear: 25, sharpeOfPrior: 0.5)

  @Test func `two states by hand`() {
    // 365 bars of each state: what they show counts half. Means .02 and -.06 about -.02.
    let rows = (0..<730).map { index -> (symbol: Symbol, q: [Double], y: Double) in
      index < 365 ? ("A", [1, 0], 0.02) : ("A", [0, 1], -0.06)
    }
    let sizes = learned.sizes(record(rows), states: 2, at: .distantFuture)
    // 1 + .04/2/.1 is cut to 1; 1 − .04/2/.1 = .8.
    #expect(sizes[0] == 1 && abs(sizes[1] - 0.8) < 1e-12)
    // Half of the time's outcomes known: the first state alone, which differs from nothing.
    let middle = Timestamp(milliseconds: 364 * day)
    #expect(learned.sizes(record(rows), states: 2, at: middle) == [1, 1])
    // Ten times as bad ends at a quarter.
    let worse = rows.map { (symbol: $0.symbol, q: $0.q, y: $0.y * 10) }
    #expect(learned.sizes(record(worse), states: 2, at: .distantFuture) == [1, 0.25])
  }

  @Test func `an outcome counts by its symbol's own year`() {
    // A has 16 bars a year where the record's year has 25: its sigmas count .8. Means .02 and -.06 are
    // .016 and -.048 about -.016: 1 − .032/2/.1 = .84.
    let rows = (0..<730).map { index -> (symbol: Symbol, q: [Double], y: Double) in
      index < 365 ? ("A", [1, 0], 0.02) : ("A", [0, 1], -0.06)
    }
    func sizes(_ own: [Symbol: Double]) -> [Double] {
      LearnedRegimeSizes(barsPerYear: 25, sharpeOfPrior: 0.5, ownBarsPerYear: own)
        .sizes(record(rows), states: 2, at: .distantFuture)
    }
    let short = sizes(["A": 16, "B": 25])
    #expect(short[0] == 1 && abs(short[1] - 0.84) < 1e-12)
    // As one market of 16 bars a year, whose unit is SR0/√16.
    let alone = LearnedRegimeSizes(barsPerYear: 16, sharpeOfPrior: 0.5)
      .sizes(record(rows), states: 2, at: .distantFuture)
    #expect(abs(short[1] - alone[1]) < 1e-12)
    #expect(sizes(["A": 25, "B": 16]) == sizes([:]))
  }

  @Test func `no record is full size, and one outcome beyond four sigmas counts as four`() {
    #expect(learned.sizes(RegimeRecord([]), states: 3, at: .distantFuture) == [1, 1, 1])
    func sizes(_ outlier: Double) -> [Double] {
      let rows = (0..<200).map { index -> (symbol: Symbol, q: [Double], y: Double) in
        ("A", index % 2 == 0 ? [0.9, 0.1] : [0.2, 0.8], index == 101 ? outlier : 0.01)
      }
      return learned.sizes(record(rows), states: 2, at: .distantFuture)
    }
    #expect(sizes(-4) == sizes(-400) && sizes(-4)[1] < sizes(-1)[1] && sizes(-1)[1] < 1)
  }

  @Test func `symbols that move together prove less, and later outcomes change nothing before`() {
    func rows(_ symbols: Int, shared: Bool) -> RegimeRecord {
      var pairs: [RegimeRecord.Pair] = []
      for bar in 0..<300 {
        for symbol in 0..<symbols {
          let own = (bar * 7 + (shared ? 0 : symbol * 131)) % 19
          let isWild = bar % 3 == 0
          pairs.append(
            .init(
              knownAt: Timestamp(milliseconds: Int64(bar) * day), symbol: Symbol("S\(symbol)"),
              probabilities: isWild ? [0.1, 0.9] : [0.95, 0.05],
              outcome: 0.1 * (Double(own) - 9) - (isWild ? 0.05 : 0)))
        }
      }
      return RegimeRecord(pairs)
    }
    let together = learned.sizes(rows(4, shared: true), states: 2, at: .distantFuture)
    let alone = learned.sizes(rows(1, shared: true), states: 2, at: .distantFuture)
    // Four copies of one market are one market.
    #expect(abs(together[1] - alone[1]) < 1e-12 && alone[1] < 1)
    let apart = learned.sizes(rows(4, shared: false), states: 2, at: .distantFuture)
    #expect(apart != together)
    let record = rows(3, shared: false)
    let middle = Timestamp(milliseconds: 150 * day)
    let past = RegimeRecord(record.pairs.filter { $0.knownAt <= middle })
    #expect(
      learned.sizes(record, states: 2, at: middle)
        == learned.sizes(past, states: 2, at: .distantFuture))
  }

  @Test func `a model with another number of states is read as one with so many`() {
    let rows = (0..<100).map { index -> (symbol: Symbol, q: [Double], y: Double) in
      ("A", index % 2 == 0 ? [1, 0] : [0, 1], index % 2 == 0 ? 0.1 : -0.1)
    }
    let three = learned.sizes(record(rows), states: 3, at: .distantFuture)
    let two = learned.sizes(record(rows), states: 2, at: .distantFuture)
    // Nobody was ever in the middle.
    #expect(three == [two[0], 1, two[1]])
  }
}
