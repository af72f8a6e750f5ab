import Kernels

/// Adam or AdamW over the parameters of one network, with the gradient clipped by its global norm.
package struct LSTMOptimiser: Sendable {
  /// The moments and the count of steps: what the next step depends on.
  package struct State: Sendable, Equatable {
    package var mean: [Float]
    package var square: [Float]
    package var steps: Int
    package var rate: Double
  }

  private var adam: LSTMKernels.AdamStep
  private let clipNorm: Float
  private var moments: State

  package init(parameters: Int, adam: LSTMKernels.AdamStep, clipNorm: Float) {
    self.adam = adam
    self.clipNorm = clipNorm
    let zeros = [Float](repeating: 0, count: parameters)
    moments = State(mean: zeros, square: zeros, steps: 0, rate: adam.rate)
  }

  /// The optimiser that a training's options ask for.
  package init(parameters: Int, _ options: LSTMTrainingOptions) {
    let isDecoupled = options.optimiser == .adamw
    self.init(
      parameters: parameters,
      adam: .init(
        rate: options.rate, weightDecay: isDecoupled ? 0 : options.weightDecay,
        decoupledDecay: isDecoupled ? options.weightDecay : 0),
      clipNorm: options.clipNorm)
  }

  /// The step size of the next step.
  package var rate: Double {
    get { adam.rate }
    set {
      adam.rate = newValue
      moments.rate = newValue
    }
  }

  /// What has been learnt of the gradient so far. To set it takes up where another optimiser was.
  ///
  /// - Precondition: this one has taken no step, the other has as many parameters.
  package var state: State {
    get { moments }
    set {
      precondition(moments.steps == 0 && newValue.mean.count == moments.mean.count)
      moments = newValue
      adam.rate = newValue.rate
      // The powers of the betas are products, step by step, as the other took them.
      for _ in 0..<newValue.steps {
        adam.apply(
          gradient: .init(start: nil, count: 0), to: .init(start: nil, count: 0),
          mean: .init(start: nil, count: 0), square: .init(start: nil, count: 0))
      }
    }
  }

  /// Clips the gradient and moves the parameters by one step.
  /// - Returns: The norm before clipping. If it is not finite nothing has moved.
  package mutating func step(_ parameters: inout [Float], gradient: inout [Float]) -> Double {
    let norm = gradient.withUnsafeMutableBufferPointer {
      LSTMKernels.clip($0, toNorm: clipNorm)
    }
    guard norm.isFinite else { return norm }
    gradient.withUnsafeBufferPointer { gradient in
      parameters.withUnsafeMutableBufferPointer { parameters in
        moments.mean.withUnsafeMutableBufferPointer { mean in
          moments.square.withUnsafeMutableBufferPointer { square in
            adam.apply(gradient: gradient, to: parameters, mean: mean, square: square)
          }
        }
      }
    }
    moments.steps += 1
    return norm
  }
}
