import Statistics
import Testing

@Suite struct MomentsTests {
  @Test func `one to four, by hand`() {
    let moments = Moments([1, 2, 3, 4])
    #expect(moments.mean == 2.5)
    #expect(moments.second == 1.25)
    #expect(moments.third == 0)
    #expect(moments.fourth == 2.5625)
    #expect(agree(moments.standardDeviation, (5.0 / 3).squareRoot(), within: 1e-15))
    #expect(moments.skewness == 0)
    #expect(agree(moments.biasedKurtosis, 1.64, within: 1e-15))
    // 3/(2·1)·(5·(1.64 − 3) + 6) = −1.2
    #expect(agree(moments.excessKurtosis, -1.2, within: 1e-13))
  }

  @Test func `small and constant samples have what they have`() {
    let single = Moments([7])
    #expect(single.mean == 7 && single.standardDeviation == nil)
    #expect(single.meanOverDeviation == nil && single.skewness == nil)
    let pair = Moments([1, 3])
    #expect(pair.standardDeviation == 2.0.squareRoot())
    #expect(pair.skewness == nil && pair.excessKurtosis == nil)
    let constant = Moments([0.1, 0.1, 0.1, 0.1, 0.1])
    #expect(constant.meanOverDeviation == nil && constant.biasedKurtosis == nil)
  }

  @Test func `quantiles are those of numpy`() throws {
    let fixture = try StatisticsFixture.load()
    let sorted = simpleReturns(fixture.equity).sorted()
    for row in fixture.quantiles {
      #expect(agree(quantile(sorted: sorted, row[0]), row[1], within: 1e-12))
    }
    #expect(quantile(sorted: [3], 0.4) == 3)
    #expect(quantile(sorted: [1, 2], 0.25) == 1.25)
  }
}
