// Clipping by the global norm and Adam (Kingma & Ba 2015), as torch 2.13 defines both.

extension LSTMKernels {
  /// Returns the Euclidean norm of a vector.
  ///
  /// Squares are added in float64 on eight fixed partial sums (element n goes to sum n mod 8),
  /// which are then added as a fixed tree ((0+4)+(2+6)) + ((1+5)+(3+7)).
  public static func norm(_ x: UnsafeBufferPointer<Float>) -> Double {
    var sums = SIMD8<Double>(repeating: 0)
    let even = x.count & ~7
    if even > 0, let base = x.baseAddress {
      for n in stride(from: 0, to: even, by: 8) {
        let v = SIMD8<Double>(loadLanes(base + n))
        sums += v * v
      }
    }
    for n in even..<x.count {
      let v = Double(x[n])
      sums[n & 7] += v * v
    }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return (two.x + two.y).squareRoot()
  }

  /// Scales a gradient whose norm exceeds `limit` down to it, and returns the norm before.
  ///
  /// The factor is `limit / (norm + 1e-6)`, at most 1, as `torch.nn.utils.clip_grad_norm_` has it.
  /// A norm that is not finite is returned and the gradient left alone.
  public static func clip(
    _ gradient: UnsafeMutableBufferPointer<Float>, toNorm limit: Float
  ) -> Double {
    precondition(limit > 0, "a gradient is clipped to a positive norm")
    let before = norm(UnsafeBufferPointer(gradient))
    let factor = Double(limit) / (before + 1e-6)
    if before.isFinite, factor < 1 {
      let scale = Float(factor)
      for n in 0..<gradient.count { gradient[n] *= scale }
    }
    return before
  }

  /// The numbers of Adam that change from step to step or from fit to fit.
  public struct AdamStep: Sendable, Hashable {
    public var rate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    /// Added to the gradient as `weightDecay·parameter`: coupled, as in `torch.optim.Adam`
    /// (and not as in AdamW).
    public var weightDecay: Double
    /// β₁ᵗ and β₂ᵗ of the steps already taken.
    public private(set) var beta1Power = 1.0
    public private(set) var beta2Power = 1.0

    public init(
      rate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      weightDecay: Double = 0
    ) {
      self.rate = rate
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }

    /// Moves the parameters by one step of Adam.
    ///
    /// `g ← g + λp`, `m ← m + (1−β₁)(g − m)`, `v ← β₂v + (1−β₂)g²`,
    /// `p ← p − rate/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)`.
    /// - Parameters:
    ///   - gradient: One value per parameter.
    ///   - parameters: Moved.
    ///   - mean: m, zero before the first step; updated.
    ///   - square: v, zero before the first step; updated.
    public mutating func apply(
      gradient: UnsafeBufferPointer<Float>,
      to parameters: UnsafeMutableBufferPointer<Float>,
      mean: UnsafeMutableBufferPointer<Float>,
      square: UnsafeMutableBufferPointer<Float>
    ) {
      let count = parameters.count
      precondition(gradient.count == count && mean.count == count && square.count == count)
      beta1Power *= beta1
      beta2Power *= beta2
      let step = Float(rate / (1 - beta1Power))
      let root = Float((1 - beta2Power).squareRoot())
      let decay = Float(weightDecay)
      let fresh1 = Float(1 - beta1)
      let keep2 = Float(beta2)
      let fresh2 = Float(1 - beta2)
      let small = Float(epsilon)
      for n in 0..<count {
        let p = parameters[n]
        let g = gradient[n] + decay * p
        let m = mean[n] + fresh1 * (g - mean[n])
        let v = keep2 * square[n] + fresh2 * g * g
        mean[n] = m
        square[n] = v
        parameters[n] = p - step * (m / (v.squareRoot() / root + small))
      }
    }
  }
}
