#if PLANTED_DEFECTS
  import Kernels

  extension RegimeModel {
    /// One step of Kim's backward pass: filtered probabilities that know the next bar.
    /// - Parameters:
    ///   - filtered: p(state now | bars up to now).
    ///   - predicted: p(next state | bars up to now).
    ///   - later: p(next state | all bars).
    public func smoothed(
      _ filtered: [Double], predicted: [Double], later: [Double]
    ) -> (posterior: [Double], next: [Double])? {
      var posterior = filtered
      var total = 0.0
      for i in posterior.indices {
        var sum = 0.0
        for j in posterior.indices where predicted[j] > 0 {
          sum += hmm.transition[i, j] * later[j] / predicted[j]
        }
        posterior[i] *= sum
        total += posterior[i]
      }
      guard total > 0 else { return nil }
      for i in posterior.indices { posterior[i] /= total }
      let next = posterior.indices.map { j in
        posterior.indices.reduce(0) { $0 + posterior[$1] * hmm.transition[$1, j] }
      }
      return (posterior, next)
    }
  }
#endif
