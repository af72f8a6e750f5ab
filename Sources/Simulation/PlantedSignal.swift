import Kernels

/// The predictable part of returns that is planted into a market.
///
/// Within its state a bar's return in units of the state's volatility is
/// `z = g + sqrt(1 - r2) e`, `e` standard normal, with
/// `g = linear * volumeScore + interaction * loading[k] * momentum`, both signals known at the close
/// of the bar before (`VisibleSignals`) and k the state of the bar itself. Half of r2 is the linear
/// term's and half that of regime times momentum: calm markets go on, turbulent ones turn back,
/// and since the loadings have mean 0 no linear model sees it.
///
/// The momentum feeds on the returns it predicts, so its size has no closed form. The two
/// coefficients come from pilot runs of one symbol, so that each term has its share of the variance.
public struct PlantedSignal: Sendable, Equatable {
  public let r2: Double
  /// Coefficient of the volume score.
  public let linear: Double
  /// Coefficient of the momentum times the state's loading.
  public let interaction: Double
  /// K loadings with mean 0 and mean square 1 over the states, falling from calm to turbulent; with
  /// one state it is 1.
  public let loadings: [Double]

  /// The factor of the innovations.
  public var noise: Double { (1 - r2).squareRoot() }

  init(r2: Double, linear: Double, interaction: Double, regimes: RegimeProcess) {
    self.r2 = r2
    self.linear = linear
    self.interaction = interaction
    loadings = PlantedSignal.loadings(regimes)
  }

  /// The predictable part in state k, in units of its volatility.
  func value(_ signals: VisibleSignals.Values, state: Int) -> Double {
    linear * signals.volumeScore + interaction * loadings[state] * signals.momentum
  }

  /// Evenly spaced in order of volatility, calm first.
  private static func loadings(_ regimes: RegimeProcess) -> [Double] {
    let states = regimes.states
    guard states > 1 else { return [1] }
    let order = (0..<states).sorted {
      (regimes.volatilities[$0], $0) < (regimes.volatilities[$1], $1)
    }
    var loadings = Array(repeating: 0.0, count: states)
    var square = 0.0
    for (rank, state) in order.enumerated() {
      loadings[state] = Double(states - 1) / 2 - Double(rank)
      square += loadings[state] * loadings[state]
    }
    let scale = (square / Double(states)).squareRoot()
    return loadings.map { $0 / scale }
  }
}

extension PlantedSignal {
  private static let pilotBars = 20_000
  private static let pilotRuns = 4

  /// The signal of a market: what `settings.r2` asks for, coefficients from pilot runs.
  init(_ settings: SimulationSettings) {
    let regimes = settings.regimes
    guard settings.r2 > 0 else {
      self.init(r2: 0, linear: 0, interaction: 0, regimes: regimes)
      return
    }
    // The terms' mean squares are one in a first guess; each run tells what they were.
    var half = (settings.r2 / 2).squareRoot()
    var signal = PlantedSignal(
      r2: settings.r2, linear: half, interaction: half, regimes: regimes)
    half = settings.r2 / 2
    for _ in 0..<PlantedSignal.pilotRuns {
      let pilot = PlantedSignal.pilot(signal, settings)
      signal = PlantedSignal(
        r2: settings.r2, linear: (half / pilot.volumeSquare).squareRoot(),
        interaction: (half / pilot.momentumSquare).squareRoot(), regimes: regimes)
    }
    self = signal
  }

  /// Mean squares of the volume score and of loading times momentum in a run of one symbol. All
  /// runs take the same random numbers, so that the coefficients settle.
  private static func pilot(_ signal: PlantedSignal, _ settings: SimulationSettings)
    -> (volumeSquare: Double, momentumSquare: Double)
  {
    let regimes = settings.regimes
    var chain = CounterRandom(seed: settings.seed, path: ["simulation", "pilot", "regimes"])
    var shocks = CounterRandom(seed: settings.seed, path: ["simulation", "pilot", "shocks"])
    var volume = VolumeProcess(
      random: CounterRandom(seed: settings.seed, path: ["simulation", "pilot", "volume"]))
    var intrabar = IntrabarPath(
      random: CounterRandom(seed: settings.seed, path: ["simulation", "pilot", "intrabar"]))
    let base = settings.baseVolatility
    var visible = VisibleSignals()
    var logPrice = 0.0
    var sums = (volume: 0.0, momentum: 0.0, count: 0.0)
    for state in regimes.path(pilotBars, random: &chain) {
      var g = 0.0
      var noise = 1.0
      if let known = visible.values {
        g = signal.value(known, state: state)
        noise = signal.noise
        let loaded = signal.loadings[state] * known.momentum
        sums.volume += known.volumeScore * known.volumeScore
        sums.momentum += loaded * loaded
        sums.count += 1
      }
      let sigma = base * regimes.volatilities[state]
      let move = base * regimes.means[state] + sigma * (g + noise * shocks.normal())
      let path = intrabar.draw(
        from: logPrice, by: move, deviation: sigma * noise, overnightShare: 0.0025)
      logPrice += move
      visible.update(
        logClose: logPrice, volume: volume.draw(range: path.high - path.low, base: base))
    }
    return (sums.volume / sums.count, sums.momentum / sums.count)
  }
}
