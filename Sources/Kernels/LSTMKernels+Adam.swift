import CKernels

// Clipping by the global norm and Adam (Kingma & Ba 2015), as torch 2.13 defines both.

extension LSTMKernels {
  /// Returns the Euclidean norm of a vector.
  ///
  /// Squares are added in float64 on sixteen fixed partial sums (element n goes to sum n mod 16),
  /// which are then added as a tree of halves.
  public static func norm(_ x: FloatBuffer) -> Double {
    kernels.pointee.lstm.sumOfSquares(x.count, address(x)).squareRoot()
  }

  /// Scales a gradient whose norm exceeds `limit` down to it, and returns the norm before.
  ///
  /// The factor is `limit / (norm + 1e-6)`, at most 1, as `torch.nn.utils.clip_grad_norm_` has it.
  /// A norm that is not finite is returned and the gradient left alone.
  public static func clip(_ gradient: MutableFloatBuffer, toNorm limit: Float) -> Double {
    precondition(limit > 0, "a gradient is clipped to a positive norm")
    let before = norm(FloatBuffer(gradient))
    let factor = Double(limit) / (before + 1e-6)
    if before.isFinite, factor < 1 {
      kernels.pointee.lstm.scale(gradient.count, Float(factor), address(gradient))
    }
    return before
  }

  /// The numbers of Adam that change from step to step or from fit to fit.
  public struct AdamStep: Sendable, Hashable {
    public var rate: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    /// Added to the gradient as `weightDecay·parameter`: coupled, as in `torch.optim.Adam`.
    public var weightDecay: Double
    /// Takes `rate·decoupledDecay` of each parameter away before the step, as `torch.optim.AdamW`
    /// does.
    public var decoupledDecay: Double
    /// β₁ᵗ and β₂ᵗ of the steps already taken.
    public private(set) var beta1Power = 1.0
    public private(set) var beta2Power = 1.0

    public init(
      rate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
      weightDecay: Double = 0, decoupledDecay: Double = 0
    ) {
      self.rate = rate
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.decoupledDecay = decoupledDecay
    }

    /// Moves the parameters by one step of Adam.
    ///
    /// `g ← g + λp`, `m ← m + (1−β₁)(g − m)`, `v ← β₂v + (1−β₂)g²`,
    /// `p ← (1 − rate·λ′)p − rate/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)`, with λ the coupled and λ′ the
    /// decoupled decay.
    /// - Parameters:
    ///   - gradient: One value per parameter.
    ///   - parameters: Moved.
    ///   - mean: m, zero before the first step; updated.
    ///   - square: v, zero before the first step; updated.
    public mutating func apply(
      gradient: FloatBuffer, to parameters: MutableFloatBuffer, mean: MutableFloatBuffer,
      square: MutableFloatBuffer
    ) {
      let count = parameters.count
      precondition(gradient.count == count && mean.count == count && square.count == count)
      beta1Power *= beta1
      beta2Power *= beta2
      var step = LSTMAdam(
        count: count, gradient: address(gradient), parameters: address(parameters),
        mean: address(mean), square: address(square), decay: Float(weightDecay),
        keep: Float(1 - rate * decoupledDecay), fresh1: Float(1 - beta1), keep2: Float(beta2),
        fresh2: Float(1 - beta2), step: Float(rate / (1 - beta1Power)),
        root: Float(1 / (1 - beta2Power).squareRoot()), epsilon: Float(epsilon))
      kernels.pointee.lstm.adam(&step)
    }
  }
}
