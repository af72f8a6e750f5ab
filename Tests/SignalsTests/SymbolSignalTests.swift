import Market
import Signals
import Testing

@Suite struct SymbolSignalTests {
  private func part(_ signal: NodeSignal?) -> SymbolSignal.Part {
    SymbolSignal.Part(timeframe: .h1, signal: signal, alpha: 0.1, conviction: 0.2)
  }

  @Test func `a part holds the node's signal, and is equal where what it says is`() {
    let noon = Timestamp(seconds: 43_200)
    let signal = NodeSignal.example(knownAt: noon, mu: 0.001)
    #expect(part(signal).signal == signal && part(nil).signal == nil)
    #expect(part(signal) == part(signal) && part(signal) != part(nil))
    #expect(part(signal) != part(.example(knownAt: noon, mu: 0.002)))
    #expect(part(signal) != part(.example(knownAt: noon + 1, mu: 0.001)))
  }

  @Test func `a slow signal stands in every fast bar's part until the next one`() {
    let hour = Timeframe.h1.milliseconds
    var combiner = Combiner(
      timeframes: [(.h1, 0.5), (.h4, 0.5)], primary: .h1, regimeWeights: [(.h4, 1)],
      regimeSize: [1, 1, 1], decisionEvery: 24 * hour, cost: 0,
      combine: CombineSettings(), entry: EntrySettings())
    let start = Timestamp(seconds: 0)
    let slow = [4, 8].map { NodeSignal.example(knownAt: start + Int64($0) * hour, label: $0 / 4) }
    combiner.receive(slow, of: .h4)
    combiner.receive((4...9).map { .example(knownAt: start + Int64($0) * hour) }, of: .h1)
    let heard = (4...9).map { combiner.signal(at: start + Int64($0) * hour).parts[1].signal }
    #expect(heard == [slow[0], slow[0], slow[0], slow[0], slow[1], slow[1]])
  }
}
