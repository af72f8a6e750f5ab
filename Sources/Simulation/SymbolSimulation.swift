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
    func stream(_ name: String) -> CounterRandom {
      CounterRandom(seed: settings.seed, path: path + [name])
    }
    let regimes = settings.regimes
    let base = settings.baseVolatility
    var intrabar = IntrabarPath(random: stream("intrabar"))
    var volumes = VolumeProcess(random: stream("volume"))
    var visible = VisibleSignals()
    var filter = TrueRegimeFilter(regimes)
    var price = stream("price")
    // Log price in shares of the first day, at the end of the slot before.
    var logPrice = Elementary.log(100) + 0.5 * price.normal()
    var lastClose: Double?
    var missingBefore = 0
    var adjustment = 1.0
    var series = BarSeries(
      symbol: symbol, timeframe: settings.timeframe, calendar: settings.calendar)
    var truth: [BarTruth] = []
    var events: [MarketEvent] = []
    func note(_ slot: Int, _ kind: MarketEvent.Kind) {
      events.append(MarketEvent(symbol: symbol, time: slots[slot], kind: kind))
    }

    if life.listed.lowerBound > 0 { note(life.listed.lowerBound, .listing) }
    for slot in life.listed {
      let state = states[slot]
      let known = visible.values
      let noise = known == nil ? 1 : signal.noise
      func mean(_ k: Int) -> Double {
        let g = known.map { signal.value($0, state: k) } ?? 0
        return base * (regimes.means[k] + regimes.volatilities[k] * g)
      }
      let means = (0..<regimes.states).map(mean)
      let sigma = base * regimes.volatilities[state]
      let move = means[state] + sigma * noise * innovations[slot]
      let share = settings.calendar.overnightShare(
        from: slots[max(0, slot - 1)], to: slots[slot], settings.timeframe)
      let shape = intrabar.draw(
        from: logPrice, by: move, deviation: sigma * noise, overnightShare: share)
      let volume = volumes.draw(range: shape.high - shape.low, base: base)
      logPrice += move
      if let ratio = life.splits[slot] {
        adjustment *= ratio
        note(slot, .split(ratio: ratio))
      }
      if life.missing.contains(slot) {
        missingBefore += 1
        filter.skip()
        continue
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
      series.append(bar(slots[slot], shape, logClose: logPrice, volume, adjustment))
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
    if life.listed.upperBound < slots.count { note(life.listed.upperBound - 1, .delisting) }
    // A gap is noted when it ends, a split within it when it happens.
    events.sort { $0.time < $1.time }
    return SimulatedSymbol(symbol: symbol, series: series, truth: truth, events: events)
  }

  /// A bar in the shares of its own day.
  private func bar(
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
