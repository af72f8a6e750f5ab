import Kernels
import Models
import Testing

@Suite struct HMMFitTests {
  private let random = CounterRandom(seed: 42, path: ["BTC", "1h", "regime"])

  @Test func `finds the states that made the data`() throws {
    let data = GeneratedRegimes(
      count: 4000, means: [[0, 0], [0, 3], [1, 6]],
      deviations: [[0.5, 0.4], [1, 0.5], [2, 0.8]],
      seed: 1)
    let fit = try GaussianHMM.fit(data.x, random: random)
    let path = fit.model.likeliestPath(data.x).states
    let agreeing = zip(path, data.states).count { $0 == $1 }
    #expect(Double(agreeing) / 4000 > 0.98)
    let expected = [0.0, 0, 0, 3, 1, 6]
    #expect(largestDifference(fit.model.means.elements, expected) < 0.25)
    for k in 0..<3 {
      let from = zip(data.states, data.states.dropFirst()).filter { $0.0 == k }
      let staying = Double(from.count { $0.1 == k }) / Double(from.count)
      #expect((fit.model.transition[k, k] - staying).magnitude < 0.01)
    }
    #expect(!fit.isDegenerate)
    #expect(fit.gainOverGaussianPerBar > 0.5)
    #expect((fit.occupancy.reduce(0, +) - 1).magnitude < 1e-12)
  }

  @Test func `the same request gives the same bits`() throws {
    let data = GeneratedRegimes.volatility(count: 800, seed: 2)
    let first = try GaussianHMM.fit(data.x, random: random)
    #expect(try GaussianHMM.fit(data.x, random: random) == first)
  }

  @Test func `history rises and ends at the model's likelihood`() throws {
    let data = GeneratedRegimes.volatility(count: 1500, seed: 3)
    let fit = try GaussianHMM.fit(data.x, random: random)
    #expect(fit.history.last == fit.logLikelihood)
    #expect(fit.history.count == fit.iterations + 1)
    for (before, after) in zip(fit.history, fit.history.dropFirst()) {
      #expect(after >= before - 1e-9 * before.magnitude)
    }
    let again = fit.model.logLikelihood(data.x)
    #expect((again - fit.logLikelihood).magnitude < 1e-10 * again.magnitude)
  }

  @Test func `more starts never end lower`() throws {
    let data = GeneratedRegimes.volatility(count: 700, seed: 4)
    var best = -Double.infinity
    for restarts in 1...5 {
      var options = HMMFitOptions()
      options.states = 4
      options.restarts = restarts
      let fit = try GaussianHMM.fit(data.x, options: options, random: random)
      #expect(fit.logLikelihood >= best)
      best = fit.logLikelihood
    }
  }

  @Test func `noise is called degenerate, one state is not`() throws {
    var noise = CounterRandom(seed: 5, path: ["noise"])
    let x = Matrix(rows: (0..<3000).map { _ in [noise.normal(), noise.normal()] })
    let fit = try GaussianHMM.fit(x, random: random)
    #expect(fit.isDegenerate)
    #expect(fit.gainOverGaussianPerBar < HMMFit.degenerateGain)
    var options = HMMFitOptions()
    options.states = 1
    let one = try GaussianHMM.fit(x, options: options, random: random)
    #expect(!one.isDegenerate)
    #expect(one.gainOverGaussianPerBar.magnitude < 1e-12)
    #expect(one.bic < fit.bic)
  }

  @Test func `the gain does not depend on the units`() throws {
    let data = GeneratedRegimes.volatility(count: 900, seed: 6)
    var scaled = data.x
    for t in 0..<scaled.rows {
      scaled[t, 0] *= 1024
      scaled[t, 1] /= 64
    }
    let a = try GaussianHMM.fit(data.x, random: random)
    let b = try GaussianHMM.fit(scaled, random: random)
    #expect((a.gainOverGaussianPerBar - b.gainOverGaussianPerBar).magnitude < 1e-3)
  }

  @Test func `states are in order of volatility`() throws {
    for seed in 0..<8 as Range<UInt64> {
      let data = GeneratedRegimes.volatility(count: 1200, seed: seed)
      for states in 2...4 {
        var options = HMMFitOptions()
        options.states = states
        options.restarts = 2
        let variances = try GaussianHMM.fit(data.x, options: options, random: random)
          .model.variances
        for k in 1..<states { #expect(variances[k, 0] >= variances[k - 1, 0]) }
        options.order = .mean(column: 1)
        let means = try GaussianHMM.fit(data.x, options: options, random: random).model.means
        for k in 1..<states { #expect(means[k, 1] >= means[k - 1, 1]) }
      }
    }
  }

  @Test func `occupancy and standard errors follow their state`() throws {
    // Two clusters of 300 and 100 bars that no transition mixes up.
    var noise = CounterRandom(seed: 6, path: ["clusters"])
    let x = Matrix(
      rows: (0..<400).map { t in [t < 300 ? 50 + 2 * noise.normal() : noise.normal()] })
    var options = HMMFitOptions()
    options.states = 2
    let fit = try GaussianHMM.fit(x, options: options, random: random)
    #expect(largestDifference(fit.occupancy, [0.25, 0.75]) < 1e-9)
    for k in 0..<2 {
      let bars = k == 0 ? 100.0 : 300.0
      let expected = (fit.model.variances[k, 0] / bars).squareRoot()
      #expect((fit.meanStandardErrors[k, 0] - expected).magnitude < 1e-9)
    }
  }

  @Test func `no state is left all but empty`() throws {
    // One wild bar in 400: a state for it alone would be the most likely fit.
    var noise = CounterRandom(seed: 7, path: ["wild"])
    var x = Matrix(rows: (0..<400).map { _ in [noise.normal()] })
    x[200, 0] = 500
    var options = HMMFitOptions()
    options.states = 2
    options.restarts = 6
    do throws(HMMError) {
      let fit = try GaussianHMM.fit(x, options: options, random: random)
      #expect(fit.occupancy.allSatisfy { $0 >= 0.01 })
    } catch {
      guard case .emptyState(2, 6, let smallest, 0.01) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(smallest < 0.01)
      #expect(error.description.contains("lower regime.states"))
    }
    options.minimumOccupancy = 0
    let free = try GaussianHMM.fit(x, options: options, random: random)
    #expect(free.occupancy.contains { $0 < 0.01 })
  }

  @Test func `if every start leaves an empty state the fit is refused`() throws {
    let data = GeneratedRegimes.volatility(count: 300, seed: 8)
    var options = HMMFitOptions()
    options.minimumOccupancy = 0.5
    #expect {
      try GaussianHMM.fit(data.x, options: options, random: random)
    } throws: { error in
      guard case .emptyState(3, 4, let smallest, 0.5) = error as? HMMError else { return false }
      return smallest > 0 && smallest < 0.5
    }
  }

  @Test func `variances stay above the floor`() throws {
    // Half of the bars are all but constant, like the hours of a closed market.
    var noise = CounterRandom(seed: 9, path: ["frozen"])
    let x = Matrix(
      rows: (0..<600).map { t in [t % 100 < 50 ? 1e-9 * noise.normal() : noise.normal()] })
    var options = HMMFitOptions()
    options.states = 2
    let fit = try GaussianHMM.fit(x, options: options, random: random)
    var variance = 0.0
    for value in x.elements { variance += value * value / 600 }
    #expect(fit.model.variances[0, 0] > 0.99e-4 * variance)
    #expect(fit.model.variances[0, 0] < 1.01e-4 * variance)
  }

  @Test func `too little or useless data is an error that says so`() throws {
    let data = GeneratedRegimes.volatility(count: 119, seed: 1)
    #expect(throws: HMMError.tooFewObservations(found: 119, needed: 120)) {
      try GaussianHMM.fit(data.x, random: random)
    }
    var holed = GeneratedRegimes.volatility(count: 200, seed: 1).x
    holed[77, 1] = -.infinity
    #expect(throws: HMMError.notFinite(row: 77, column: 1)) {
      try GaussianHMM.fit(holed, random: random)
    }
    let flat = Matrix(rows: (0..<200).map { [Double($0 % 7), 0.1] })
    #expect(throws: HMMError.constantObservation(column: 1)) {
      try GaussianHMM.fit(flat, random: random)
    }
  }
}
