/// How the variance of the next bar is forecast: group `variance` of the portfolio file.
public struct VarianceSettings: Sendable, Equatable {
  public enum Method: String, Sendable, CaseIterable {
    /// The geometric mean of a regression on ranges and a network.
    case blend
    /// The regression on ranges alone.
    case har
    /// The exponentially weighted mean of squared returns, which needs no fit but its decay.
    case ewma
  }

  /// The best method that may be used; data that are too short for it fall back down the list.
  public var method = Method.blend
  /// Width of the network's LSTM layer, and of its head's hidden layer; 0 is a plain linear head.
  public var hidden = 32
  public var headHidden = 16
  /// Share of its units that are dropped in training.
  public var dropout = 0.1
  /// Decay of its weights, coupled as in Adam.
  public var weightDecay = 1e-4
  /// Learning rate of its Adam.
  public var rate = 2e-3
  /// Euclidean norm at which the gradient of a step is clipped.
  public var clipNorm = 1.0
  /// The most epochs of its training.
  public var epochs = 30
  /// Epochs without improvement on the early-stopping part that end the training.
  public var patience = 4
  /// Chunks in one optimiser step; steps of a chunk, of which the first `burnIn` carry no loss.
  public var batch = 16
  public var chunk = 80
  public var burnIn = 20
  /// Networks whose log-variances are averaged. A second one gained nothing (`docs/evidence.md`).
  public var seeds = 1
  /// Targets that a symbol needs in the training window for the network, and for the regression.
  public var networkBars = 150
  public var regressionBars = 100

  public init() {}
}
