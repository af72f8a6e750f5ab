import Kernels
public import Market

/// A generated market with its truth: regimes, correlated symbols, a planted predictable part, gaps,
/// listings and splits. The same settings give the same bits on every machine.
///
/// Every symbol, and every part of one, draws from a stream of its own, so that one more symbol or
/// another seed of trouble leaves all else as it was.
public struct SimulatedMarket: Sendable, Equatable {
  public let settings: SimulationSettings
  public let signal: PlantedSignal
  /// In order of their names.
  public let symbols: [SimulatedSymbol]

  /// - Throws: `SimulationError` for settings that make no market.
  public init(_ settings: SimulationSettings) throws(SimulationError) {
    try settings.check()
    self.settings = settings
    let signal = PlantedSignal(settings)
    self.signal = signal
    func stream(_ path: [String]) -> CounterRandom {
      CounterRandom(seed: settings.seed, path: ["simulation"] + path)
    }
    func normals(_ path: [String]) -> [Double] {
      var random = stream(path)
      return (0..<settings.bars).map { _ in random.normal() }
    }
    let slots = settings.calendar.slots(
      settings.timeframe, from: settings.start, count: settings.bars)
    let names = settings.names
    let innovations = try settings.correlation.innovations(
      own: names.map { normals(["symbol", $0.name, "innovations"]) }, factor: normals(["factor"]))
    var chain = stream(["regimes"])
    let common = settings.regimes.path(settings.bars, random: &chain)
    var symbols: [SimulatedSymbol] = []
    for (index, name) in names.enumerated() {
      let path = ["symbol", name.name]
      var states = common
      if settings.ownRegimes {
        var own = stream(path + ["regimes"])
        states = settings.regimes.path(settings.bars, random: &own)
      }
      let simulation = SymbolSimulation(
        settings: settings, signal: signal, slots: slots, states: states,
        innovations: innovations[index])
      let life = SymbolLife(settings, index: index, path: ["simulation"] + path)
      symbols.append(simulation.run(name, life: life, path: ["simulation"] + path))
    }
    self.symbols = symbols
  }

  public var events: [MarketEvent] { symbols.flatMap(\.events) }

  /// Nil for a symbol that the market does not have.
  public subscript(symbol: Symbol) -> SimulatedSymbol? {
    symbols.first { $0.symbol == symbol }
  }
}
