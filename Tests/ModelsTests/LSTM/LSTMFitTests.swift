import Kernels
import Market
import Models
import Testing

@Suite struct LSTMFitTests {
  private static let modes = [
    ForecastMode.dense(chunk: 24, burnIn: 4), .windowed(length: 6),
  ]
  private let shape = LSTMShape(inputs: 3, hidden: 8, regimes: 2, headHidden: 8)
  private let random = CounterRandom(seed: 7, path: ["1h", "fold 0", "member 0"])

  /// Targets that need this bar and the one before: y = sign x₂(t) · x₁(t−1), of variance 1.
  private func planted(_ lengths: [Int], seed: UInt64) -> [TrainingSequence] {
    randomSequences(lengths, shape: shape, seed: seed).map { sequence in
      let targets = (0..<sequence.steps).map { t -> Float in
        guard t > 0 else { return .nan }
        let side: Float = sequence.inputs[3 * t + 2] > 0 ? 1 : -1
        return side * sequence.inputs[3 * (t - 1) + 1]
      }
      return TrainingSequence(
        inputs: sequence.inputs, regimes: sequence.regimes, targets: targets)
    }
  }

  private func options(_ mode: ForecastMode) -> LSTMTrainingOptions {
    var options = LSTMTrainingOptions()
    options.mode = mode
    options.dropout = 0
    options.rate = 1e-2
    options.batch = 4
    options.maxEpochs = 25
    return options
  }

  @Test(arguments: modes)
  func `a planted signal of the bar before is learnt`(mode: ForecastMode) throws {
    // The target's variance is 1; zero forecasts score 1.
    let fit = try LSTMNetwork.fit(
      training: planted([900, 600], seed: 1), validation: planted([400], seed: 2), shape: shape,
      options: options(mode), random: random)
    let best = fit.validationLoss[fit.bestEpoch - 1]
    #expect(best < 0.3)
    #expect(fit.trainingLoss[fit.bestEpoch - 1] < 0.3)
    #expect(fit.validationLoss[0] > 2 * best)
    // Fresh data, served bar by bar.
    let test = planted([400], seed: 3)
    let loss = try #require(fit.network.loss(on: test, mode: mode, .squaredError))
    #expect(loss < 0.3)
  }

  @Test func `QLIKE learns the logarithm of a variance`() throws {
    // y = v·χ², v = e^(0.5 x₀): the best forecast is log v.
    func variances(_ seed: UInt64) -> [TrainingSequence] {
      var random = CounterRandom(seed: seed, path: ["chi"])
      return randomSequences([1500], shape: shape, seed: seed).map { sequence in
        TrainingSequence(
          inputs: sequence.inputs, regimes: sequence.regimes,
          targets: (0..<sequence.steps).map { t in
            let z = random.normal()
            return Float(z * z * Elementary.exp(0.5 * Double(sequence.inputs[3 * t])))
          })
      }
    }
    var options = options(.dense(chunk: 24, burnIn: 4))
    options.loss = .qlike
    options.rate = 5e-3
    let fit = try LSTMNetwork.fit(
      training: variances(1), validation: variances(2), shape: shape, options: options,
      random: random)
    let test = variances(3)[0]
    let forecasts = fit.network.forecasts(
      inputs: test.inputs, regimes: test.regimes, mode: options.mode)
    let errors = forecasts.enumerated().map { t, forecast in
      Double(forecast ?? .nan) - 0.5 * Double(test.inputs[3 * t])
    }
    // Forecasting the mean log variance would have a mean square error of 0.25.
    #expect(errors.map { $0 * $0 }.reduce(0, +) / Double(errors.count) < 0.06)
  }

  @Test(arguments: modes)
  func `N4: early stopping hands back the best epoch's own weights`(mode: ForecastMode) throws {
    // Noise is learnt by heart, so the validation loss soon rises.
    let training = randomSequences([120], shape: shape, seed: 1)
    let validation = randomSequences([120], shape: shape, seed: 2)
    var options = options(mode)
    options.rate = 2e-2
    options.patience = 5
    options.maxEpochs = 60
    let fit = try LSTMNetwork.fit(
      training: training, validation: validation, shape: shape, options: options, random: random)
    let best = try #require(fit.validationLoss.min())
    #expect(fit.bestEpoch == fit.validationLoss.firstIndex(of: best)! + 1)
    #expect(fit.validationLoss.count == fit.bestEpoch + 5)
    #expect(fit.validationLoss.last! > best)
    #expect(fit.trainingLoss.count == fit.validationLoss.count)
    // The weights handed back score the best loss, not the last one.
    let score = fit.network.loss(on: validation, mode: mode, .squaredError)
    #expect(score == best)
    // And they are the weights of a training that stopped right there.
    options.maxEpochs = fit.bestEpoch
    let stopped = try LSTMNetwork.fit(
      training: training, validation: validation, shape: shape, options: options, random: random)
    #expect(stopped.network == fit.network)
  }

  @Test(arguments: modes)
  func `the same arguments give the same bits, another stream others`(mode: ForecastMode)
    async
    throws
  {
    let training = randomSequences([150, 80], shape: shape, seed: 1)
    let validation = randomSequences([60], shape: shape, seed: 2)
    var options = options(mode)
    options.dropout = 0.3
    options.maxEpochs = 3
    let (shape, random, chosen) = (shape, random, options)
    let fits = try await withThrowingTaskGroup(of: [UInt32].self) { group in
      for _ in 0..<4 {
        group.addTask {
          try LSTMNetwork.fit(
            training: training, validation: validation, shape: shape, options: chosen,
            random: random
          ).network.parameters.map(\.bitPattern)
        }
      }
      return try await group.reduce(into: [[UInt32]]()) { $0.append($1) }
    }
    #expect(fits.count == 4 && Set(fits).count == 1)
    let other = try LSTMNetwork.fit(
      training: training, validation: validation, shape: shape, options: options,
      random: CounterRandom(seed: 7, path: ["1h", "fold 0", "member 1"]))
    #expect(other.network.parameters.map(\.bitPattern) != fits[0])
  }

  @Test func `weights do not depend on what lies beyond the training segments`() throws {
    let training = randomSequences([150], shape: shape, seed: 1)
    var options = options(.dense(chunk: 24, burnIn: 4))
    options.maxEpochs = 1
    // One epoch: validation decides nothing, so it may hold anything.
    let a = try LSTMNetwork.fit(
      training: training, validation: randomSequences([60], shape: shape, seed: 2), shape: shape,
      options: options, random: random)
    let b = try LSTMNetwork.fit(
      training: training, validation: randomSequences([90], shape: shape, seed: 3), shape: shape,
      options: options, random: random)
    #expect(a.network == b.network)
  }

  private func error(
    training: [TrainingSequence], validation: [TrainingSequence],
    _ options: LSTMTrainingOptions
  ) -> LSTMError? {
    do throws(LSTMError) {
      _ = try LSTMNetwork.fit(
        training: training, validation: validation, shape: shape, options: options,
        random: random)
      return nil
    } catch { return error }
  }

  @Test(arguments: modes)
  func `a diverging training says in which epoch and at which loss`(mode: ForecastMode) {
    let good = randomSequences([80], shape: shape, seed: 1)
    var options = options(mode)
    options.rate = 1e30
    guard
      case .diverged(let epoch, let loss, let rate)? = error(
        training: good, validation: good, options)
    else {
      Issue.record("no divergence reported")
      return
    }
    #expect(epoch == 1 && !loss.isFinite && rate == 1e30)
    let error = LSTMError.diverged(epoch: 3, loss: .infinity, rate: 0.5)
    #expect(
      error.description
        == "training diverged in epoch 3 (loss inf) at rate 0.5: lower the rate or the clip norm")
    #expect(
      TrainingError.forecast(timeframe: .h4, error).description
        == "forecast of 4h: \(error) (forecast.rate, forecast.clip), as in "
        + "`regimefolio train PORTFOLIO --set forecast.rate=0.05`")
  }

  @Test(arguments: modes)
  func `a training whose every epoch is far worse than silence has diverged`(mode: ForecastMode)
    throws
  {
    let good = randomSequences([80], shape: shape, seed: 1)
    var options = options(mode)
    options.rate = 1000
    options.maxEpochs = 3
    guard
      case .diverged(let epoch, let loss, _)? = error(training: good, validation: good, options)
    else {
      Issue.record("no divergence reported")
      return
    }
    #expect((1...3).contains(epoch))
    // Targets are standard normal numbers: silence scores 1.
    #expect(loss.isFinite && loss > 10)
    // Where every target is 0, silence is perfect and nothing is ten times worse.
    let silent = good.map {
      TrainingSequence(
        inputs: $0.inputs, regimes: $0.regimes, targets: $0.targets.map { _ in 0 })
    }
    options.rate = 1e-3
    let fit = try LSTMNetwork.fit(
      training: silent, validation: silent, shape: shape, options: options, random: random)
    #expect(fit.validationLoss.allSatisfy { $0 >= 0 && $0 < 1e-2 })
  }

  @Test(arguments: modes)
  func `missing targets are named`(mode: ForecastMode) {
    let good = randomSequences([80], shape: shape, seed: 1)
    let empty = good.map {
      TrainingSequence(
        inputs: $0.inputs, regimes: $0.regimes,
        targets: [Float](repeating: .nan, count: $0.steps))
    }
    let options = options(mode)
    #expect(error(training: empty, validation: good, options) == .noTrainingTargets)
    #expect(error(training: [], validation: good, options) == .noTrainingTargets)
    #expect(error(training: good, validation: empty, options) == .noValidationTargets)
    #expect(error(training: good, validation: [], options) == .noValidationTargets)
  }

  @Test func `a value that is not finite is named by sequence and step`() {
    let good = randomSequences([80, 80], shape: shape, seed: 1)
    let options = options(.dense(chunk: 24, burnIn: 4))
    func broken(_ change: (inout [Float], inout [Float], inout [Float]) -> Void)
      -> [TrainingSequence]
    {
      var (x, r, y) = (good[1].inputs, good[1].regimes, good[1].targets)
      change(&x, &r, &y)
      return [good[0], TrainingSequence(inputs: x, regimes: r, targets: y)]
    }
    #expect(
      error(training: broken { x, _, _ in x[3 * 11 + 2] = .nan }, validation: good, options)
        == .nonFiniteInput(part: .training, sequence: 1, step: 11))
    #expect(
      error(training: good, validation: broken { _, r, _ in r[2 * 9] = .infinity }, options)
        == .nonFiniteInput(part: .validation, sequence: 1, step: 9))
    #expect(
      error(training: broken { _, _, y in y[5] = .infinity }, validation: good, options)
        == .nonFiniteInput(part: .training, sequence: 1, step: 5))
  }

  @Test func `segments shorter than the burn-in still teach`() throws {
    let training = planted([Int](repeating: 4, count: 300), seed: 1)
    let fit = try LSTMNetwork.fit(
      training: training, validation: planted([300], seed: 2), shape: shape,
      options: options(.dense(chunk: 24, burnIn: 4)), random: random)
    #expect(fit.validationLoss[fit.bestEpoch - 1] < 0.6)
  }
}
