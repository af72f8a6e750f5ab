import Kernels
import Market

/// Makes the bars and the truth of one symbol, slot by slot.
struct SymbolSimulation {
  let settings: SimulationSettings
  let signal: PlantedSignal
  let slots: [Timestamp]
  /// One a slot.
  let states: [Int]
  /// One a slot, standard normal.
  let innovations: [Double]

  func run(_ symbol: Symbol, life: SymbolLife, path: [String]) -> SimulatedSymbol {
    var walk = SymbolWalk(self, symbol, path)
    if life.listed.lowerBound > 0 { walk.note(life.listed.lowerBound, .listing) }
    for slot in life.listed {
      walk.step(
        slot, split: life.splits[slot], isMissing: life.missing.contains(slot))
    }
    if life.listed.upperBound < slots.count { walk.note(life.listed.upperBound - 1, .delisting) }
    // A gap is noted when it ends, a split within it when it happens.
    walk.events.sort { $0.time < $1.time }
    return SimulatedSymbol(
      symbol: symbol, series: walk.series, truth: walk.truth, events: walk.events)
  }
}

/// A symbol on its way through the slots: what it was so far, and what that leaves.
private struct SymbolWalk {
  private let simulation: SymbolSimulation
  private let symbol: Symbol
  private var intrabar: IntrabarPath
  private var volumes: VolumeProcess
  private var visible = VisibleSignals()
  private var filter: TrueRegimeFilter
  /// In shares of the first day, at the end of the slot before.
  private var logPrice: Double
  private var lastClose: Double?
  private var missingBefore = 0
  /// Shares of today for one of the first day.
  private var adjustment = 1.0
  private(set) var series: BarSeries
  private(set) var truth: [BarTruth] = []
  var events: [MarketEvent] = []

  init(_ simulation: SymbolSimulation, _ symbol: Symbol, _ path: [String]) {
    let settings = simulation.settings
    func stream(_ name: String) -> CounterRandom {
      CounterRandom(seed: settings.seed, path: path + [name])
    }
    self.simulation = simulation
    self.symbol = symbol
    intrabar = IntrabarPath(random: stream("intrabar"))
    volumes = VolumeProcess(random: stream("volume"))
    filter = TrueRegimeFilter(settings.regimes)
    var price = stream("price")
    logPrice = Elementary.log(100) + 0.5 * price.normal()
    series = BarSeries(
      symbol: symbol, timeframe: settings.timeframe, calendar: settings.calendar)
  }

  mutating func note(_ slot: Int, _ kind: MarketEvent.Kind) {
    events.append(MarketEvent(symbol: symbol, time: simulation.slots[slot], kind: kind))
  }

  /// Goes through a slot. The price moves whether or not there is a bar of it.
  mutating func step(_ slot: Int, split: Double?, isMissing: Bool) {
    let (regimes, state) = (simulation.settings.regimes, simulation.states[slot])
    let base = simulation.settings.baseVolatility
    let known = visible.values
    let noise = known == nil ? 1 : simulation.signal.noise
    let means = (0..<regimes.states).map { k in
      let g = known.map { simulation.signal.value($0, state: k) } ?? 0
      return base * (regimes.means[k] + regimes.volatilities[k] * g)
    }
    let sigma = base * regimes.volatilities[state]
    let move = means[state] + sigma * noise * simulation.innovations[slot]
    let shape = intrabar.draw(
      from: logPrice, by: move, deviation: sigma * noise,
      overnightShare: simulation.overnightShare(of: slot))
    let volume = volumes.draw(range: shape.high - shape.low, base: base)
    logPrice += move
    if let split {
      adjustment *= split
      note(slot, .split(ratio: split))
    }
    guard !isMissing else {
      missingBefore += 1
      filter.skip()
      return
    }
    if missingBefore > 0 { note(slot - missingBefore, .gap(slots: missingBefore)) }
    var attainable = 0.0
    for (p, mean) in zip(filter.next, means) { attainable += p * mean }
    if lastClose == nil || missingBefore > 0 {
      filter.skip()
    } else {
      filter.update(
        move, means: means, deviations: regimes.volatilities.map { base * $0 * noise })
    }
    series.append(
      simulation.bar(
        simulation.slots[slot], shape, logClose: logPrice, volume, adjustment))
    truth.append(
      BarTruth(
        state: state, logReturn: lastClose.map { logPrice - $0 }, missingBefore: missingBefore,
        sigma: sigma, predictable: means[state], attainable: attainable,
        posterior: filter.posterior, volumeScore: known?.volumeScore,
        momentum: known?.momentum, adjustment: adjustment))
    visible.update(logClose: logPrice, volume: volume)
    lastClose = logPrice
    missingBefore = 0
  }
}

extension SymbolSimulation {
  /// How much of a slot's move comes before its open.
  fileprivate func overnightShare(of slot: Int) -> Double {
    settings.calendar.overnightShare(
      from: slots[max(0, slot - 1)], to: slots[slot], settings.timeframe)
  }

  /// A bar in the shares of its own day.
  fileprivate func bar(
    _ time: Timestamp, _ shape: IntrabarPath.Shape, logClose: Double, _ volume: Double,
    _ adjustment: Double
  ) -> Bar {
    let open = Elementary.exp(shape.open) / adjustment
    let close = Elementary.exp(logClose) / adjustment
    // The exponential may turn two logarithms an ulp apart around.
    let high = max(open, close, Elementary.exp(shape.high) / adjustment)
    let low = min(open, close, Elementary.exp(shape.low) / adjustment)
    return Bar(
      time: time, open: open, high: high, low: low, close: close, volume: volume * adjustment)
  }
}
