import Market
import Proofs
import Research
import SignalGraph
import Signals
import Testing

@Suite struct TraceTests {
  private let key = NodeKey("BTC", .h1)

  private func signals(_ count: Int, _ change: (inout NodeSignal, Int) -> Void = { _, _ in })
    -> [NodeSignal]
  {
    (0..<count).map { index in
      var signal = NodeSignal(
        knownAt: SmallMarket.time(day: 0, hour: index + 1), forecast: index == 0 ? nil : 0.25,
        variance: 1e-4, mu: 0, gateWeight: 0, forecastDeviation: 0, forecastPersistence: 0,
        posterior: [0.5, 0.5], nextPosterior: [0.5, 0.5], label: 0, confidence: 0.5, entropy: 0.69)
      change(&signal, index)
      return signal
    }
  }

  @Test func `equal signals leave equal traces`() {
    let (a, b) = (Trace(key, signals(5)), Trace(key, signals(5)))
    #expect(a.firstDifference(from: b) == nil && a.digest == b.digest)
    // Thirteen numbers and two probabilities twice.
    #expect(a.values == 5 * 17)
  }

  @Test func `one bit in one number of one bar is found and named`() throws {
    let other = Trace(
      key,
      signals(5) { signal, index in
        if index == 3 { signal.posterior[1] = 0.5.nextUp }
      })
    let trace = Trace(key, signals(5))
    let found = try #require(trace.firstDifference(from: other))
    #expect(found.contains("BTC 1h") && found.contains("2018-01-01T04:00Z"))
    #expect(trace.digest != other.digest)
    // It comes at 04:00: an hour earlier nothing differs.
    let before = SmallMarket.time(day: 0, hour: 3)
    #expect(trace.known(at: before).firstDifference(from: other.known(at: before)) == nil)
    let there = SmallMarket.time(day: 0, hour: 4)
    #expect(trace.known(at: there).firstDifference(from: other.known(at: there)) != nil)
  }

  @Test func `zero and minus zero differ, and so do nil and a number`() {
    let minus = Trace(key, signals(2) { signal, _ in signal.mu = -0.0 })
    #expect(Trace(key, signals(2)).firstDifference(from: minus) != nil)
    let none = Trace(key, signals(2) { signal, _ in signal.forecast = nil })
    #expect(Trace(key, signals(2)).firstDifference(from: none) != nil)
  }

  @Test func `a missing bar is a difference on either side`() {
    let (short, long) = (Trace(key, signals(4)), Trace(key, signals(5)))
    #expect(short.firstDifference(from: long) != nil)
    #expect(long.firstDifference(from: short) != nil)
  }

  @Test func `what is known at a time ends with it, and grows to the whole`() async throws {
    let runs = try await Laboratory.runs.value
    let trace = runs.own.trace
    let middle = SmallMarket.time(day: 120, hour: 12, minute: 30)
    let known = trace.known(at: middle)
    #expect(known.values > 10_000 && known.values < trace.values)
    #expect(trace.known(at: .distantFuture).firstDifference(from: trace) == nil)
    // A fill at the open of a bar in progress counts unless opens are cut earlier.
    #expect(trace.known(at: middle, openedBy: SmallMarket.time(day: 100)).values < known.values)
  }
}
