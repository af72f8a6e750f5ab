import Market
import Models
import Research

// The keys that say how models are built.
extension SettingKey {
  static let inference: [SettingKey] = [
    SettingKey(
      "inference.every", .integer(1...10_000), \.inferenceEvery,
      "Bars of a timeframe from one answer of its models to the next, which stands in between")
  ]

  static let regime: [SettingKey] = [
    SettingKey(
      "regime.states", .regimeStates, \.regime.states,
      "Hidden states of the model; auto (1..8) or a range lets BIC choose in training"),
    SettingKey(
      "regime.observations", .regimeObservation, \.regime.observations,
      "What the model observes of a bar"),
    SettingKey(
      "regime.covariance", .choice, \.regime.covariance, "Shape of the states' covariances"),
    SettingKey(
      "regime.order", .choice,
      "What numbers the states; by mean, sizes are 1 unless 'regime.size' is written",
      get: \.regime.order,
      set: { portfolio, order in
        portfolio.regime.order = order
        // A profile's sizes are for calm to turbulent; this key is read before a written size.
        if order != .volatility {
          portfolio.regime.size = portfolio.regime.size.map { _ in 1 }
        }
      }),
    SettingKey(
      "regime.restarts", .integer(1...1000), \.regime.restarts, "Starts of the fit; the best counts"
    ),
    SettingKey(
      "regime.iterations", .integer(1...100_000), \.regime.iterations,
      "Most iterations of one fit"),
    SettingKey(
      "regime.enter", .number(.above(0, to: 1)), \.regime.enter,
      "Probability at which a label is entered"),
    SettingKey(
      "regime.size", .regimeSizes,
      "Size in each state, calm first (bear first by mean), a curve where BIC chooses; or learned",
      get: { $0.regime.learnsSize ? nil : $0.regime.size },
      set: { portfolio, sizes in
        portfolio.regime.learnsSize = sizes == nil
        portfolio.regime.size = sizes ?? portfolio.regime.size.map { _ in 1 }
      }),
    SettingKey(
      "regime.weights", .optional(.timeframeWeights),
      "Timeframes whose regimes size a symbol; none is 1d, else the slowest",
      get: { portfolio in
        portfolio.regime.weights.map { weights in
          weights.map { Portfolio.TimeframeWeight(timeframe: $0.key, weight: $0.value) }
            .sorted { $0.timeframe < $1.timeframe }
        }
      },
      set: { portfolio, weights in
        portfolio.regime.weights = weights.map { weights in
          Dictionary(uniqueKeysWithValues: weights.map { ($0.timeframe, $0.weight) })
        }
      }),
  ]

  static let forecast: [SettingKey] = [
    SettingKey("features", .features, \.features, "What the forecasts read of a bar"),
    SettingKey(
      "forecast.scope", .choice, \.forecast.scope,
      "Whether a timeframe's symbols share weights or each node has its own"),
    SettingKey(
      "forecast.mode", .choice, \.forecast.mode,
      "A loss at every step of a chunk, or one over a window of bars"),
    SettingKey("forecast.gate", .choice, \.forecast.gate, "Whether unproven forecasts count as 0"),
    SettingKey(
      "forecast.hidden", .integer(LSTMShape.hiddenUnits), \.forecast.hidden,
      "Width of an LSTM layer"),
    SettingKey(
      "forecast.layers", .integer(LSTMShape.layerCounts), \.forecast.layers, "LSTM layers"),
    SettingKey(
      "forecast.dropout", .fraction(.from(0, below: 1)), \.forecast.dropout,
      "Share of units dropped in training"),
    SettingKey("forecast.loss", .choice, \.forecast.loss, "What training makes small"),
    SettingKey(
      "forecast.huber", .number(.above(0, to: 100)), \.forecast.huberDelta,
      "Error in sigmas beyond which the Huber loss grows linearly"),
    SettingKey(
      "forecast.optimiser", .choice, \.forecast.optimiser,
      "Adam couples the decay of the weights to the gradient, AdamW does not"),
    SettingKey(
      "forecast.weight_decay", .number(.from(0, to: 1)), \.forecast.weightDecay,
      "Decay of the weights"),
    SettingKey(
      "forecast.rate", .number(.above(0, to: 1)), \.forecast.rate,
      "Learning rate, to begin with"),
    SettingKey(
      "forecast.schedule", .choice, \.forecast.schedule,
      "Whether the learning rate falls when the early-stopping loss does not"),
    SettingKey(
      "forecast.plateau_factor", .fraction(.above(0, below: 1)), \.forecast.plateau.factor,
      "What the learning rate is multiplied by on a plateau"),
    SettingKey(
      "forecast.plateau_patience", .integer(0...100_000), \.forecast.plateau.patience,
      "Epochs without improvement that are no plateau yet"),
    SettingKey(
      "forecast.plateau_threshold", .fraction(.from(0, below: 1)), \.forecast.plateau.threshold,
      "Part of the best loss by which another must be lower to count"),
    SettingKey(
      "forecast.plateau_cooldown", .integer(0...100_000), \.forecast.plateau.cooldown,
      "Epochs after a cut that count as neither"),
    SettingKey(
      "forecast.plateau_min_rate", .number(.from(0, to: 1)), \.forecast.plateau.minimumRate,
      "Learning rate below which no plateau leads"),
    SettingKey(
      "forecast.clip", .number(.above(0, to: 1e6)), \.forecast.clipNorm,
      "Norm at which the gradient is clipped"),
    SettingKey(
      "forecast.epochs", .integer(1...100_000), \.forecast.epochs, "Most epochs of training"),
    SettingKey(
      "forecast.patience", .integer(1...100_000), \.forecast.patience,
      "Epochs without improvement that stop the training"),
    SettingKey(
      "forecast.warm_start", .flag, \.forecast.warmStart,
      "Whether a fold's networks start from those of the fold before"),
    SettingKey(
      "forecast.batch", .integer(1...65_536), \.forecast.batch,
      "Chunks or windows in one step of the optimiser"),
    SettingKey(
      "forecast.chunk", .integer(2...100_000), \.forecast.chunk, "Dense mode: bars of a chunk"),
    SettingKey(
      "forecast.burn_in", .integer(0...100_000), \.forecast.burnIn,
      "Dense mode: first bars of a chunk, which carry no loss"),
    SettingKey(
      "forecast.window", .integer(2...100_000), \.forecast.window,
      "Windowed mode: bars of a window"),
    SettingKey(
      "forecast.seeds", .optional(.integer(1...100)), \.forecast.seeds,
      "Members of the ensemble; none is 3, and 5 for 1d and slower"),
    SettingKey(
      "forecast.target_clip", .number(.above(0, to: 100)), \.forecast.targetClip,
      "Sigmas at which the target is clipped in training"),
    SettingKey(
      "forecast.ridge", .flag, \.forecast.ridge,
      "Whether a ridge regression a node joins the ensemble"),
    SettingKey(
      "forecast.min_bars", .integer(0...1_000_000_000), \.forecast.minimumBars,
      "Bars a symbol below which a timeframe has no mean forecast"),
    SettingKey(
      "head.hidden", .integer(LSTMShape.headUnits), \.forecast.headHidden,
      "Width of the head's hidden layer; 0 is a linear head"),
  ]

  static let variance: [SettingKey] = [
    SettingKey(
      "variance.method", .choice, \.variance.method,
      "Variance of the next bar: regression on ranges and network, the regression, or EWMA"),
    SettingKey(
      "variance.hidden", .integer(LSTMShape.hiddenUnits), \.variance.hidden,
      "Width of the variance's LSTM"),
    SettingKey(
      "variance.head", .integer(LSTMShape.headUnits), \.variance.headHidden,
      "Width of its head's hidden layer; 0 is a linear head"),
    SettingKey(
      "variance.dropout", .fraction(.from(0, below: 1)), \.variance.dropout,
      "Share of its units dropped in training"),
    SettingKey(
      "variance.weight_decay", .number(.from(0, to: 1)), \.variance.weightDecay,
      "Decay of its weights, coupled as in Adam"),
    SettingKey(
      "variance.rate", .number(.above(0, to: 1)), \.variance.rate, "Learning rate of its Adam"),
    SettingKey(
      "variance.clip", .number(.above(0, to: 1e6)), \.variance.clipNorm,
      "Norm at which its gradient is clipped"),
    SettingKey(
      "variance.epochs", .integer(1...100_000), \.variance.epochs,
      "Most epochs of its training"),
    SettingKey(
      "variance.patience", .integer(1...100_000), \.variance.patience,
      "Epochs without improvement that stop its training"),
    SettingKey(
      "variance.batch", .integer(1...65_536), \.variance.batch,
      "Chunks in one step of its optimiser"),
    SettingKey(
      "variance.chunk", .integer(2...100_000), \.variance.chunk, "Bars of a chunk"),
    SettingKey(
      "variance.burn_in", .integer(0...100_000), \.variance.burnIn,
      "First bars of a chunk, which carry no loss"),
    SettingKey(
      "variance.seeds", .integer(1...100), \.variance.seeds, "Networks that are averaged"),
    SettingKey(
      "variance.network_bars", .integer(0...1_000_000_000), \.variance.networkBars,
      "Training bars of a symbol below which the regression serves alone"),
    SettingKey(
      "variance.regression_bars", .integer(2...1_000_000_000), \.variance.regressionBars,
      "Training bars of a symbol below which EWMA serves"),
  ]

  static let training: [SettingKey] = [
    SettingKey("model.seed", .seed, \.seed, "Seed of every random number in training"),
    SettingKey(
      "model.on_missing", .choice, \.onMissing,
      "A node that lacks history, or stands still: an error, or left out of such folds"),
    SettingKey(
      "model.max_gap", .integer(0...1000), \.maxGap,
      "Missing bars in a row that a chunk or a window may run over"),
    SettingKey(
      "model.min_bars", .integer(2...1_000_000_000), \.minimumBars,
      "Observations below which no regime model is fitted"),
    SettingKey(
      "split.walk_forward", .choice, \.split.walkForward, "What each fold trains on"),
    SettingKey(
      "split.window", .duration("bars of the primary timeframe"),
      "Walk-forward rolling: length of a training window",
      get: { .milliseconds($0.split.window) },
      set: { portfolio, window throws(ValueProblem) in
        portfolio.split.window = try window.milliseconds(bar: portfolio.primary)
      }),
    SettingKey(
      "split.anchor", .optional(.date), \.split.anchor,
      "Walk-forward anchored: where training starts; none is where the history does"),
    SettingKey(
      "split.start", .optional(.date), \.split.start,
      "Open of the first test window; none is after two fifths of the history"),
    SettingKey(
      "split.end", .optional(.date), \.split.end,
      "End of the last test window; none is the end of the data"),
    // What counts nothing is not printed as if it did.
    SettingKey(
      "split.folds", SettingKind<Int?>.optional(.integer(1...1000)),
      "Test windows, cut over the whole span: a later end moves their borders, and makes the past anew",
      get: { $0.split.every == nil ? $0.split.folds : nil },
      set: { $0.split.folds = $1 ?? SplitSettings().folds }),
    SettingKey(
      "split.every", .optional(.days), \.split.every,
      "Length of test windows from split.start on, which more bars do not move; none: split.folds"),
    SettingKey(
      "split.inner_folds", .integer(0...100), \.split.innerFolds,
      "Windows in the first training window that give the gate its first evidence"),
    SettingKey(
      "split.early_stopping", .fraction(.above(0, below: 1)), \.split.earlyStopping,
      "Share of a training window, at its end, that stops the training early"),
    SettingKey(
      "split.embargo", .integer(1...100_000), \.split.embargo,
      "Bars dropped at every border between training, early stopping and test"),
    SettingKey(
      "split.cpcv_groups", .optional(.integer(2...100)), \.split.cpcvGroups,
      "Groups of combinatorial purged cross-validation; none is off"),
    SettingKey(
      "split.cpcv_test_groups", .integer(1...99), \.split.cpcvTestGroups,
      "How many of its groups each training is tested on"),
  ]
}
