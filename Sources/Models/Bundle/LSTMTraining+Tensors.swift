extension LSTMTraining.State {
  /// The state as tensors; counts are exact in float64.
  var tensors: [StoredTensor] {
    func floats(_ name: String, _ values: [Float]) -> StoredTensor {
      StoredTensor(name: name, shape: [values.count], values: .float32(values))
    }
    let counters = [
      Double(bestEpoch), Double(optimiser.steps), optimiser.rate, plateau.best,
      Double(plateau.badEpochs), Double(plateau.cooldownLeft), Double(drawn >> 32),
      Double(drawn & 0xffff_ffff),
    ]
    return [
      floats("weights", weights), floats("best", best), floats("adam.mean", optimiser.mean),
      floats("adam.square", optimiser.square), floats("loss.training", trainingLoss),
      floats("loss.validation", validationLoss),
      StoredTensor(name: "counters", shape: [counters.count], values: .float64(counters)),
    ]
  }

  /// Reads what `tensors` gives for a network of that many parameters; nil if it is something else.
  init?(tensors: [StoredTensor], parameters: Int) {
    func floats(_ name: String, count: Int? = nil) -> [Float]? {
      guard case .float32(let values)? = tensors.first(where: { $0.name == name })?.values,
        count.map({ $0 == values.count }) ?? true
      else { return nil }
      return values
    }
    guard case .float64(let counters)? = tensors.first(where: { $0.name == "counters" })?.values,
      counters.count == 8,
      let weights = floats("weights", count: parameters),
      let best = floats("best", count: parameters),
      let mean = floats("adam.mean", count: parameters),
      let square = floats("adam.square", count: parameters),
      let training = floats("loss.training"),
      let validation = floats("loss.validation", count: training.count)
    else { return nil }
    let whole = [0, 1, 4, 5, 6, 7].compactMap { Int(exactly: counters[$0]) }
    guard whole.count == 6, whole.allSatisfy({ $0 >= 0 }), (1...training.count).contains(whole[0])
    else { return nil }
    self.weights = weights
    self.best = best
    bestEpoch = whole[0]
    optimiser = LSTMOptimiser.State(
      mean: mean, square: square, steps: whole[1], rate: counters[2])
    plateau = PlateauSchedule.State()
    plateau.best = counters[3]
    plateau.badEpochs = whole[2]
    plateau.cooldownLeft = whole[3]
    drawn = UInt64(whole[4]) << 32 | UInt64(whole[5])
    trainingLoss = training
    validationLoss = validation
  }
}
