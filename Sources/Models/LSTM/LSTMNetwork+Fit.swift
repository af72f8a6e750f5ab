public import Kernels

extension LSTMNetwork {
  /// Trains a network and returns it as it was after its best epoch.
  ///
  /// Adam or AdamW on the mean loss of batches of chunks (see ``ForecastMode``), gradients clipped by
  /// their global norm, LSTM outputs dropped at random. After each epoch the validation loss is taken
  /// the way the network is served: dense, by carrying the state from the start of each
  /// validation sequence; windowed, one window per target. The result depends on nothing but the
  /// arguments: same arguments, same bits.
  /// - Parameters:
  ///   - training: Segments to learn from.
  ///   - validation: Segments that stop the training; never part of `training`.
  ///   - initial: The weights to start from; nil draws them.
  ///   - random: Draws the initial weights, then, epoch by epoch, chunks and dropout.
  /// - Throws: ``LSTMError`` if a value is not finite, there is no target to train or to stop on,
  ///   or the training diverges: a loss or gradient that is not finite, or no epoch within ten times
  ///   the loss of forecasting nothing.
  public static func fit(
    training: [TrainingSequence], validation: [TrainingSequence], shape: LSTMShape,
    options: LSTMTrainingOptions, initial: LSTMNetwork? = nil, random: CounterRandom
  ) throws(LSTMError) -> LSTMFit {
    var fit = try LSTMTraining(
      training: training, validation: validation, shape: shape, options: options,
      initial: initial, random: random)
    while !fit.isFinished { try fit.runEpoch() }
    return try fit.result()
  }

  /// Returns the mean loss of the forecasts that the network would have served; `nil` where no
  /// served bar has a target.
  package func loss(
    on sequences: [TrainingSequence], mode: ForecastMode, _ kind: LSTMLoss
  ) -> Float? {
    var sum = 0.0
    var count = 0
    let served = forecasts(of: sequences, mode: mode)
    for (sequence, forecasts) in zip(sequences, served) {
      for (forecast, target) in zip(forecasts, sequence.targets) {
        guard let forecast, !target.isNaN else { continue }
        sum += Double(kind.value(forecast, target))
        count += 1
      }
    }
    return count == 0 ? nil : Float(sum / Double(count))
  }
}
