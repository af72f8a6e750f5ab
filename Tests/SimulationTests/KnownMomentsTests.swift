import Indicators
import Kernels
import Market
import Simulation
import Testing

/// What is measured on generated bars is what the settings promise. Bounds are four standard errors
/// or wider; each is stated.
@Suite struct KnownMomentsTests {
  private static let count = 40_000

  private func market(_ change: (inout SimulationSettings) -> Void) throws -> SimulatedMarket {
    var settings = SimulationSettings()
    settings.symbols = 2
    settings.bars = KnownMomentsTests.count
    settings.ownRegimes = true
    change(&settings)
    return try SimulatedMarket(settings)
  }

  @Test func `states stay, are equally frequent and have their means and volatilities`() throws {
    let market = try market { _ in }
    let base = market.settings.baseVolatility
    for symbol in market.symbols {
      let states = symbol.truth.map(\.state)
      let stays = zip(states, states.dropFirst()).count { $0 == $1 }
      // sqrt(.98 * .02 / 40 000) = .0007.
      #expect(abs(Double(stays) / Double(states.count - 1) - 0.98) < 0.003)
      for k in 0..<3 {
        let moves = symbol.truth.filter { $0.state == k }.compactMap(\.logReturn).map { $0 / base }
        let n = Double(moves.count)
        // Spells of 50 bars: 40 000 bars are about 800, sqrt(.33 * .67 / 400) = .023.
        #expect(abs(n / Double(states.count) - 1.0 / 3) < 0.1)
        let mean = moves.reduce(0, +) / n
        let square = moves.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (square / (n - 1)).squareRoot()
        let volatility = market.settings.regimes.volatilities[k]
        #expect(abs(mean - market.settings.regimes.means[k]) < 4 * volatility / n.squareRoot())
        #expect(abs(deviation / volatility - 1) < 4 / (2 * n).squareRoot())
      }
    }
  }

  @Test func `a year's volatility is what was asked for`() throws {
    for calendar in TradingCalendar.allCases {
      let market = try market {
        $0.calendar = calendar
        $0.timeframe = .d1
        $0.annualVolatility = 0.3
        $0.regimes.stay = 0.9
      }
      let moves = market.symbols[0].truth.compactMap(\.logReturn)
      let square = moves.reduce(0) { $0 + $1 * $1 } / Double(moves.count)
      let year = (square * calendar.barsPerYear(.d1)).squareRoot()
      #expect(abs(year / 0.3 - 1) < 0.03)
    }
  }

  @Test(arguments: [0, 0.5, 0.9])
  func `innovations correlate as one factor says`(rho: Double) throws {
    let market = try market {
      $0.correlation = .oneFactor(rho)
      $0.regimes.means = [0, 0, 0]
    }
    #expect(abs(correlation(market, 0, 1) - rho) < 4 / Double(KnownMomentsTests.count).squareRoot())
  }

  @Test func `innovations correlate as a matrix says`() throws {
    let matrix = Matrix(rows: [[1, 0.3, -0.6], [0.3, 1, 0.2], [-0.6, 0.2, 1]])
    let market = try market {
      $0.symbols = 3
      $0.correlation = .matrix(matrix)
      $0.regimes.means = [0, 0, 0]
    }
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
      #expect(abs(correlation(market, i, j) - matrix[i, j]) < 0.02)
    }
  }

  /// Of returns in units of their own sigma.
  private func correlation(_ market: SimulatedMarket, _ i: Int, _ j: Int) -> Double {
    func scores(_ index: Int) -> [Double] {
      market.symbols[index].truth.dropFirst().map { ($0.logReturn ?? 0) / $0.sigma }
    }
    let sum = zip(scores(i), scores(j)).reduce(0) { $0 + $1.0 * $1.1 }
    return sum / Double(market.settings.bars - 1)
  }

  @Test func `high and low are those of a continuous path`() throws {
    let market = try market { $0.regimes.means = [0, 0, 0] }
    for symbol in market.symbols {
      var sum = 0.0
      for (bar, truth) in zip(symbol.series, symbol.truth) {
        let range = Elementary.log(bar.high / bar.low) / truth.sigma
        sum += range * range
      }
      // Parkinson: E[range^2] = 4 ln 2 sigma^2; its standard deviation is .41 of the mean squared, so
      // the error of 40 000 bars is .3 %; the overnight part takes .25 %, steps in which both
      // extremes fall add less than 1 %.
      let ratio = sum / Double(symbol.series.count) / (4 * Elementary.log(2))
      #expect(abs(ratio - 1) < 0.02)
    }
  }

  @Test func `volume rises with volatility and persists`() throws {
    let market = try market { _ in }
    for symbol in market.symbols {
      let logs = symbol.series.volumes.map { Elementary.log($0) }
      func mean(_ state: Int) -> Double {
        let own = zip(logs, symbol.truth).filter { $0.1.state == state }.map(\.0)
        return own.reduce(0, +) / Double(own.count)
      }
      // .7 of the logarithm of the ratio of ranges.
      #expect(abs(mean(2) - mean(0) - 0.7 * Elementary.log(3)) < 0.1)
    }
  }

  @Test(arguments: [0.01, 0.05, 0.2])
  func `the planted part has its share, half of it linear`(r2: Double) throws {
    let market = try market {
      $0.r2 = r2
      $0.regimes.means = [0, 0, 0]
    }
    let share = market.predictableShare
    #expect(abs(share.planted / r2 - 1) < 0.1)
    // Not knowing the state costs something of the interaction, at most its half.
    #expect(share.attainable > 0.5 * r2 && share.attainable < 1.15 * r2)
    var (linear, all) = (0.0, 0.0)
    for truth in market.symbols.flatMap(\.truth) {
      guard let score = truth.volumeScore else { continue }
      let part = market.signal.linear * score
      let g = truth.predictable / truth.sigma
      linear += part * part
      all += g * g
    }
    #expect(abs(linear / all - 0.5) < 0.05)
  }

  @Test func `without means and planted part nothing can be told`() throws {
    let market = try market { $0.regimes.means = [0, 0, 0] }
    let share = market.predictableShare
    #expect(share.planted == 0 && share.attainable == 0)
    #expect(market.symbols.flatMap(\.truth).allSatisfy { $0.predictable == 0 })
  }

  @Test func `the signals are the product's features of the bar before, clipped`() throws {
    let market = try market {
      $0.bars = 2000
      $0.r2 = 0.05
      $0.missing = 0.01
    }
    let spec = try FeatureSpec(names: ["volume_z_20", "return_10"])
    for symbol in market.symbols {
      var stream = FeatureStream(spec, .h1)
      var last: [Double]?
      for (bar, truth) in zip(symbol.adjusted, symbol.truth) {
        if let score = truth.volumeScore, let momentum = truth.momentum {
          let features = try #require(last)
          #expect(abs(min(2.5, max(-2.5, features[0])) - score) < 1e-9)
          #expect(abs(min(2.5, max(-2.5, features[1])) - momentum) < 1e-9)
        }
        last = stream.update(bar)
      }
    }
  }

  @Test func `the true filter is calibrated`() throws {
    let market = try market { $0.r2 = 0.05 }
    for k in 0..<3 {
      var (said, was, count) = (0.0, 0.0, 0.0)
      for truth in market.symbols.flatMap(\.truth) where truth.posterior[k] > 0.7 {
        said += truth.posterior[k]
        was += truth.state == k ? 1 : 0
        count += 1
      }
      #expect(count > 1000)
      // Spells of about 40 bars of the same judgement: a few hundred independent ones.
      #expect(abs(said / count - was / count) < 0.03)
    }
  }
}
