import Kernels
import Testing

@Suite struct AdamTests {
  @Test func `a gradient is clipped to the limit and a smaller one left alone`() {
    var gradient: [Float] = [3, 4]
    let norm = gradient.withUnsafeMutableBufferPointer { LSTMKernels.clip($0, toNorm: 1) }
    #expect(norm == 5)
    #expect(abs(gradient[0] - 0.6) < 1e-6 && abs(gradient[1] - 0.8) < 1e-6)
    var small: [Float] = [0.3, 0.4]
    _ = small.withUnsafeMutableBufferPointer { LSTMKernels.clip($0, toNorm: 1) }
    #expect(small == [0.3, 0.4])
    var broken: [Float] = [.infinity, 1]
    let infinite = broken.withUnsafeMutableBufferPointer { LSTMKernels.clip($0, toNorm: 1) }
    #expect(infinite == .infinity && broken == [.infinity, 1])
  }

  /// Applies one step to parameters that have not moved yet.
  private func step(
    _ adam: inout LSTMKernels.AdamStep, _ parameters: inout [Float], gradient: [Float]
  ) {
    var mean = [Float](repeating: 0, count: parameters.count)
    var square = mean
    gradient.withUnsafeBufferPointer { gradient in
      parameters.withUnsafeMutableBufferPointer { parameters in
        mean.withUnsafeMutableBufferPointer { mean in
          square.withUnsafeMutableBufferPointer { square in
            adam.apply(gradient: gradient, to: parameters, mean: mean, square: square)
          }
        }
      }
    }
  }

  @Test func `the first step moves every parameter by the rate against its gradient`() {
    // m̂/√v̂ = g/|g| at step 1; ε = 1e-8 is negligible beside |g|.
    var parameters: [Float] = [1, 1, 0]
    var adam = LSTMKernels.AdamStep(rate: 0.125)
    step(&adam, &parameters, gradient: [20, -0.5, 0])
    #expect(abs(parameters[0] - 0.875) < 1e-6)
    #expect(abs(parameters[1] - 1.125) < 1e-6)
    #expect(parameters[2] == 0)
    #expect(adam.beta1Power == 0.9 && adam.beta2Power == 0.999)
  }

  @Test func `coupled weight decay is part of the gradient`() {
    // With no gradient a decayed parameter still moves by the whole rate.
    var parameters: [Float] = [2]
    var adam = LSTMKernels.AdamStep(rate: 0.125, weightDecay: 0.01)
    step(&adam, &parameters, gradient: [0])
    #expect(abs(parameters[0] - 1.875) < 1e-5)
  }

  @Test func `decoupled weight decay shrinks the parameter and leaves the gradient alone`() {
    // AdamW: p − rate·λ·p, then the step of the rate against the gradient.
    var parameters: [Float] = [2, 2]
    var adam = LSTMKernels.AdamStep(rate: 0.125, decoupledDecay: 0.1)
    step(&adam, &parameters, gradient: [0, 5])
    #expect(abs(parameters[0] - 1.975) < 1e-6)
    #expect(abs(parameters[1] - 1.85) < 1e-6)
  }
}
