import Allocation
import Models
import Signals

extension Portfolio {
  /// The same portfolio where nothing that is decided reads a regime.
  ///
  /// Sizes are 1, every side is allowed, and no confidence is asked for, weighed by or watched. A number
  /// of an exit rule that differs by the regime at entry becomes the mean over the regimes in which the
  /// rule is on, so that the difference is lost and not the rule. A covariance mixed by regimes becomes the
  /// one that is mixed of a single regime, shrunk the same over the same window; where returns are missing,
  /// as before a listing, it takes each pair's own and the mixture only bars that are whole.
  ///
  /// What stays: the regime among the networks' inputs, which is trained in; that a symbol is held only
  /// where the regimes that size it have spoken, so that both runs may hold the same symbols at the same times;
  /// and rules of the user's own, whose code may read what it likes.
  func withoutRegimes() -> Portfolio {
    var copy = self
    copy.regime.size = regime.size.map { _ in 1 }
    copy.regime.learnsSize = false
    copy.combine.weighsConfidence = false
    copy.entry = entry.withoutRegimes()
    copy.symbolEntry = symbolEntry.mapValues { $0.withoutRegimes() }
    copy.exit = exit.withoutRegimes()
    copy.symbolExit = symbolExit.mapValues { $0.withoutRegimes() }
    if allocation.covariance == .mixture { copy.allocation.covariance = .ledoitWolf }
    return copy
  }
}

extension EntrySettings {
  fileprivate func withoutRegimes() -> EntrySettings {
    var copy = self
    copy.confidence = 0
    copy.timeframeConfidences = [:]
    copy.sides = nil
    copy.size = nil
    copy.timeframeRegimes = [:]
    return copy
  }
}

extension ExitSettings {
  fileprivate func withoutRegimes() -> ExitSettings {
    var copy = self
    copy[.regimeChange] = nil
    copy[.lowConfidence] = nil
    for level in Level.allCases {
      guard case .byState(let numbers) = copy[level] else { continue }
      copy[level] = ExitSettings.mean(numbers.compactMap { $0 }).map { .all($0) }
    }
    if case .byState(let bars) = maxBars {
      copy.maxBars = ExitSettings.mean(bars.map(Double.init)).map { .all(Int($0 + 0.5)) }
    }
    return copy
  }

  private static func mean(_ numbers: [Double]) -> Double? {
    numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
  }
}
