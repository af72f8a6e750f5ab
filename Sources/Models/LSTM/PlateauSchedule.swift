/// Lowers the learning rate when the validation loss stops falling.
///
/// `torch.optim.lr_scheduler.ReduceLROnPlateau` of PyTorch 2.13 in mode `min` with a relative
/// threshold: an epoch is good when its loss is below `best·(1 − threshold)`; more than `patience` bad
/// ones in a row multiply the rate by `factor`, down to `minimumRate`; the `cooldown` epochs after a
/// cut count as neither. A change of at most 1e-8 is none.
public struct PlateauSchedule: Sendable, Hashable {
  public struct Settings: Sendable, Hashable {
    public var factor = 0.5
    public var patience = 2
    public var threshold = 1e-4
    public var cooldown = 0
    public var minimumRate = 0.0

    public init() {}
  }

  /// What decides with the next loss.
  package struct State: Sendable, Hashable {
    package var best = Double.infinity
    package var badEpochs = 0
    package var cooldownLeft = 0

    package init() {}
  }

  private static let leastChange = 1e-8

  private let settings: Settings
  package var state = State()

  package init(_ settings: Settings) {
    self.settings = settings
  }

  /// Returns the rate of the next epoch.
  package mutating func rate(after loss: Double, rate: Double) -> Double {
    if loss < state.best * (1 - settings.threshold) {
      state.best = loss
      state.badEpochs = 0
    } else {
      state.badEpochs += 1
    }
    if state.cooldownLeft > 0 {
      state.cooldownLeft -= 1
      state.badEpochs = 0
    }
    guard state.badEpochs > settings.patience else { return rate }
    state.cooldownLeft = settings.cooldown
    state.badEpochs = 0
    let lower = max(rate * settings.factor, settings.minimumRate)
    return rate - lower > PlateauSchedule.leastChange ? lower : rate
  }
}
