import Indicators
import Kernels

/// What a manifest keeps of a regime's fit. All of it is in sample.
///
/// `regime.states` and `regime.gain_over_gaussian_per_bar` decide on the warning; of state 1, 2, ...
/// in the model's order there is the part of the bars, `regime.state.1.share`, and each variable's
/// standard error of the mean in its natural unit, `regime.state.1.mean_error.1`. Where the number
/// of states was open, `regime.bic.2` is what two of them came to.
extension RegimePart {
  func metrics(_ choice: StateChoice) -> [String: Double] {
    var metrics = [
      "regime.log_likelihood": fit.logLikelihood,
      "regime.gain_over_gaussian_per_bar": fit.gainOverGaussianPerBar,
      "regime.observations": Double(fit.observations),
      "regime.states": Double(model.states),
    ]
    for k in 0..<model.states {
      let state = "regime.state.\(k + 1)"
      metrics["\(state).share"] = fit.occupancy[k]
      for d in 0..<model.hmm.dimensions {
        metrics["\(state).mean_error.\(d + 1)"] =
          fit.meanStandardErrors[k, d] * model.scaler.scale[d]
      }
    }
    if choice.candidates.count > 1 {
      for candidate in choice.candidates {
        metrics["regime.bic.\(candidate.states)"] = candidate.bic
      }
    }
    return metrics
  }
}

extension BundleManifest {
  /// The names of the regime's variables, as far as the request tells them.
  public var regimeObservations: [String] {
    let text = spec["observations"].flatMap { $0.split(separator: ":", maxSplits: 1).last } ?? ""
    if text.hasPrefix("["), text.hasSuffix("]") {
      return text.dropFirst().dropLast().split(separator: ",").map(String.init)
    }
    return RegimeObservation.named.first { $0.name == text }?.observation.names ?? []
  }

  /// What the states add to one Gaussian in nats a bar; nil for bundles of older programs.
  public var regimeGainPerBar: Double? {
    metrics.inSample["regime.gain_over_gaussian_per_bar"]
  }

  /// The number of states that were fitted; nil for bundles of older programs.
  public var regimeStates: Int? {
    metrics.inSample["regime.states"].flatMap { Int(exactly: $0) }
      ?? spec["regime.states"].flatMap { Int($0) }
  }

  /// `HMMFit.isDegenerate`; false for bundles of older programs.
  public var isRegimeDegenerate: Bool {
    guard let gain = regimeGainPerBar, let states = regimeStates else { return false }
    return HMMFit.isDegenerate(states: states, gain: gain)
  }
}
