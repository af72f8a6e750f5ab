import Indicators
import Kernels
import Models
import Testing

/// The orders by the returns of the bars in a state, for observations that hold no return.
@Suite struct StateOrderTests {
  /// Two clusters of an observation that says nothing of returns: the higher one comes with wild
  /// bars that fall, the lower with calm bars that rise.
  private func bars() -> (x: Matrix, returns: [Double]) {
    var random = CounterRandom(seed: 4, path: ["order"])
    var rows: [[Double]] = []
    var returns: [Double] = []
    for t in 0..<600 {
      let isHigh = t % 150 < 50
      rows.append([(isHigh ? 7 : 0) + random.normal()])
      returns.append(isHigh ? -0.02 + 0.05 * random.normal() : 0.01 + 0.004 * random.normal())
    }
    return (Matrix(rows: rows), returns)
  }

  private func first(
    _ order: StateOrder, _ x: Matrix, _ returns: [Double]
  ) throws -> (mean: Double, names: [String]) {
    var options = HMMFitOptions()
    options.states = 2
    options.order = order
    let model = try RegimeModel.fit(
      x, returns: returns, options: options, random: CounterRandom(seed: 1, path: [])
    ).model
    return (model.hmm.means[0, 0], model.names)
  }

  @Test func `volatility and mean are those of the returns, whatever was observed`() throws {
    let (x, returns) = bars()
    let byVolatility = try first(.volatilityOfReturns, x, returns)
    #expect(byVolatility.mean < 0 && byVolatility.names == ["calm", "turbulent"])
    let byMean = try first(.meanOfReturns, x, returns)
    #expect(byMean.mean > 0 && byMean.names == ["bear", "bull"])
    // The observation turned over: the same bars in the same order.
    let turned = Matrix(rows: x.elements.map { [-$0] })
    #expect(try first(.volatilityOfReturns, turned, returns).mean > 0)
    #expect(try first(.meanOfReturns, turned, returns).mean < 0)
    // Returns turned over: calm stays calm, bear and bull change places.
    let opposite = returns.map { -$0 }
    #expect(try first(.volatilityOfReturns, x, opposite).mean < 0)
    #expect(try first(.meanOfReturns, x, opposite).mean < 0)
  }

  @Test func `a list is ordered by returns, a named observation by its columns`() throws {
    var settings = RegimeSettings()
    #expect(settings.stateOrder == .volatility(returns: 0, logVolatility: 1))
    settings.order = .mean
    #expect(settings.stateOrder == .mean(column: 0))
    settings.observations = .features(try FeatureSpec(names: ["atr_14"]))
    #expect(settings.stateOrder == .meanOfReturns)
    settings.order = .volatility
    #expect(settings.stateOrder == .volatilityOfReturns)
  }

  @Test func `orders of one meaning give the same names`() {
    for states in 1...8 {
      let volatility = StateOrder.volatility(returns: 0).names(states)
      #expect(StateOrder.volatilityOfReturns.names(states) == volatility)
      let mean = StateOrder.mean(column: 0).names(states)
      #expect(StateOrder.meanOfReturns.names(states) == mean)
      #expect(Set(mean).count == states && Set(volatility).count == states)
    }
  }
}
