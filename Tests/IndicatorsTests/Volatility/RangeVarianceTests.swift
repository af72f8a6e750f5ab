import Indicators
import Kernels
import Market
import Testing

@Suite struct RangeVarianceTests {
  private func bar(_ open: Double, _ high: Double, _ low: Double, _ close: Double) -> Bar {
    Bar(
      time: Timestamp(milliseconds: 0), open: open, high: high, low: low, close: close, volume: 1)
  }

  @Test func `by hand`() {
    var variance = RangeVariance()
    let e = 2.718281828459045
    // No bar before it: the range alone, ln e = 1, over 4 ln 2.
    #expect(abs(variance.update(bar(1, e, 1, e)) - 1 / 2.772588722239781) < 1e-15)
    // A gap of one down, and no range.
    #expect(abs(variance.update(bar(1, 1, 1, 1)) - 1) < 1e-15)
    #expect(variance.update(bar(1, 1, 1, 1)) == 0)
  }

  @Test func `expects the variance of the return of a path with a gap before it`() {
    var random = CounterRandom(seed: 3, path: ["range variance"])
    var variance = RangeVariance()
    var close = 100.0
    let (steps, count) = (400, 4000)
    var sum = 0.0
    for index in 0..<count {
      let open = close * Elementary.exp(0.005 * random.normal())
      var (high, low, price) = (open, open, open)
      for _ in 0..<steps {
        price *= Elementary.exp(0.01 / Double(steps).squareRoot() * random.normal())
        high = max(high, price)
        low = min(low, price)
      }
      close = price
      let said = variance.update(bar(open, high, low, close))
      if index > 0 { sum += said }
    }
    // True variance 1.25e-4; a path of 400 steps misses 8 % of its range's variance.
    let mean = sum / Double(count - 1)
    #expect(mean > 1.1e-4 && mean < 1.28e-4)
  }

  @Test func `cascade means are the means of the last values`() {
    var means = CascadeMeans(periods: [1, 2, 4])
    #expect(means.update(8) == nil)
    #expect(means.update(4) == nil)
    #expect(means.update(0) == nil)
    #expect(means.update(4) == [4, 2, 4])
    #expect(means.update(12) == [12, 8, 5])
  }
}
