public import Market

/// How the next-return model is built and trained: groups `forecast` and `head` of the portfolio
/// file.
public struct ForecastSettings: Sendable, Equatable {
  /// Who shares one set of weights.
  public enum Scope: String, Sendable, CaseIterable {
    /// All symbols of a timeframe; every node still runs its own inference with its own state.
    case timeframe
    /// Each node for itself.
    case node
  }

  public enum Mode: String, Sendable, CaseIterable {
    /// Trained on chunks with a loss at every step, served by carrying the state.
    case dense
    /// Many to one over a window of bars.
    case windowed
  }

  /// Whether unproven forecasts are shut out.
  public enum Gate: String, Sendable, CaseIterable {
    case on, off
  }

  /// What training makes small.
  public enum Loss: String, Sendable, CaseIterable {
    case squared, huber
  }

  /// How the learning rate changes from epoch to epoch.
  public enum Schedule: String, Sendable, CaseIterable {
    case constant, plateau
  }

  public var scope = Scope.timeframe
  public var mode = Mode.dense
  public var gate = Gate.on
  public var hidden = 16
  public var layers = 1
  /// Width of the head's hidden layer; 0 is a plain linear head.
  public var headHidden = 16
  public var dropout = 0.3
  public var loss = Loss.squared
  /// The error in sigmas beyond which the Huber loss grows linearly.
  public var huberDelta = 1.0
  public var optimiser = LSTMTrainingOptions.Optimiser.adam
  public var weightDecay = 1e-4
  public var rate = 2e-3
  public var schedule = Schedule.constant
  public var plateau = PlateauSchedule.Settings()
  public var clipNorm = 1.0
  public var epochs = 40
  public var patience = 7
  /// Whether a fold's networks start from those of the fold before, and not from random weights.
  public var warmStart = false
  /// Chunks (dense) or windows (windowed) in one optimiser step.
  public var batch = 16
  /// Dense: steps of a chunk, of which the first `burnIn` carry no loss.
  public var chunk = 80
  public var burnIn = 20
  /// Windowed: bars of a window.
  public var window = 60
  /// Ensemble members. Nil: 3, and 5 for `1d` and slower.
  public var seeds: Int?
  /// The target is clipped at this many sigmas in training.
  public var targetClip = 2.0
  /// Whether a closed-form ridge per node is averaged with the ensemble.
  public var ridge = true
  /// Bars a symbol below which a timeframe has no mean forecast (inner folds are exempt).
  public var minimumBars = 1000

  public init() {}

  /// Networks of the ensemble.
  public func members(_ timeframe: Timeframe) -> Int {
    seeds ?? (timeframe.isIntraday ? 3 : 5)
  }
}

extension ForecastSettings {
  /// How a network of these settings is trained.
  func trainingOptions(_ mode: ForecastMode) -> LSTMTrainingOptions {
    var options = LSTMTrainingOptions()
    options.mode = mode
    options.loss =
      switch loss {
      case .squared: .squaredError
      case .huber: .huber(delta: Float(huberDelta))
      }
    options.dropout = Float(dropout)
    options.optimiser = optimiser
    options.weightDecay = weightDecay
    options.rate = rate
    options.schedule = schedule == .plateau ? plateau : nil
    options.clipNorm = Float(clipNorm)
    options.batch = batch
    options.maxEpochs = epochs
    options.patience = patience
    return options
  }
}
