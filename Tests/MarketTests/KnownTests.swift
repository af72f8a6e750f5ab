import Market
import Testing

@Suite struct KnownTests {
  private func count(_ known: [Int64], at now: Int64) -> Int {
    countKnown(known.count, at: Timestamp(milliseconds: now)) {
      Timestamp(milliseconds: known[$0])
    }
  }

  @Test func `what becomes known at this very instant is known`() {
    #expect(count([10, 20, 30], at: 9) == 0)
    #expect(count([10, 20, 30], at: 10) == 1)
    #expect(count([10, 20, 30], at: 19) == 1)
    #expect(count([10, 20, 30], at: 20) == 2)
    #expect(count([10, 20, 30], at: 31) == 3)
    #expect(count([], at: 0) == 0)
  }

  @Test func `entries of one instant become known together`() {
    #expect(count([5, 5, 5, 7, 7], at: 4) == 0)
    #expect(count([5, 5, 5, 7, 7], at: 5) == 3)
    #expect(count([5, 5, 5, 7, 7], at: 6) == 3)
    #expect(count([5, 5, 5, 7, 7], at: 7) == 5)
  }

  @Test func `agrees with a count one by one`() {
    var random = SplitMix(seed: 41)
    for length in 0..<60 {
      let known = (0..<length).map { _ in Int64.random(in: -20...20, using: &random) }.sorted()
      for now in -22...22 as ClosedRange<Int64> {
        #expect(count(known, at: now) == known.count { $0 <= now })
      }
    }
  }
}
