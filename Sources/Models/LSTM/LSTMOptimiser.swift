import Kernels

/// Adam over the parameters of one network, with the gradient clipped by its global norm.
package struct LSTMOptimiser: Sendable {
  private var adam: LSTMKernels.AdamStep
  private let clipNorm: Float
  private var mean: [Float]
  private var square: [Float]

  package init(parameters: Int, adam: LSTMKernels.AdamStep, clipNorm: Float) {
    self.adam = adam
    self.clipNorm = clipNorm
    mean = [Float](repeating: 0, count: parameters)
    square = [Float](repeating: 0, count: parameters)
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
        mean.withUnsafeMutableBufferPointer { mean in
          square.withUnsafeMutableBufferPointer { square in
            adam.apply(gradient: gradient, to: parameters, mean: mean, square: square)
          }
        }
      }
    }
    return norm
  }
}
