import Market
import Models
import SignalGraph

/// What the fits of the regime models say of themselves, for people: which regimes tell next to
/// nothing, and how many states BIC chose.
extension FoldModels {
  /// One line for each node whose states explain the bars hardly better than one Gaussian in some
  /// test window, or in the serving models.
  public var regimeWarnings: [String] {
    var lines: [String] = []
    let served = folds.filter { $0.kind != .inner }
    for key in keys(of: served) {
      let bundles = served.compactMap { bundle(key, fold: $0) }
      let poor = bundles.filter(\.isRegimeDegenerate)
      guard let worst = poor.compactMap(\.regimeGain).min() else { continue }
      let windows =
        poor.count == bundles.count
        ? (poor.count == 1 ? "its only window" : "all \(poor.count) windows")
        : "\(poor.count) of \(bundles.count) windows"
      lines.append(
        "regime of \(key): in \(windows) its states explain the bars hardly better than one Gaussian"
          + " does (\(FoldModels.text(worst)) nats a bar more at worst, below"
          + " \(FoldModels.text(HMMFit.degenerateGain))); its labels say next to nothing there, try"
          + " other regime.observations or fewer regime.states")
    }
    return lines
  }

  /// One line for each timeframe whose models have different numbers of states: labels of different
  /// models are then numbers on different scales.
  public var regimeStateNotes: [String] {
    let served = folds.filter { $0.kind != .inner }
    let nodes = keys(of: served)
    return Set(nodes.map(\.timeframe)).sorted().compactMap { timeframe in
      let counts = Set(
        nodes.filter { $0.timeframe == timeframe }.flatMap { key in
          served.compactMap { bundle(key, fold: $0)?.model.regime.states }
        })
      guard counts.count > 1 else { return nil }
      let list = counts.sorted().map(String.init).joined(separator: ", ")
      return
        "regimes of \(timeframe): BIC chose \(list) states in different windows or for different"
        + " symbols, so the tables number them, each model by its own order"
    }
  }

  /// The names of a timeframe's states over the test windows: those of the models where they agree,
  /// else numbers up to the most states that any has.
  func regimeNames(_ timeframe: Timeframe) -> [String] {
    let outer = folds.filter { $0.kind == .outer }
    let all = outer.flatMap { nodes(of: $0) }.filter { $0.key.timeframe == timeframe }
      .map(\.bundle.model.regime.names)
    guard let first = all.first else { return [] }
    if all.allSatisfy({ $0 == first }) { return first }
    return (0..<(all.map(\.count).max() ?? 0)).map { "state \($0 + 1)" }
  }

  private func keys(of folds: [Fold]) -> [NodeKey] {
    Set(folds.flatMap { nodes(of: $0).map(\.key) }).sorted()
  }

  /// Three decimals without the C library.
  private static func text(_ value: Double) -> String {
    let thousandths = Int((value.magnitude * 1000 + 0.5))
    let digits = String(thousandths % 1000)
    let zeros = String(repeating: "0", count: 3 - digits.count)
    return "\(value < 0 && thousandths > 0 ? "-" : "")\(thousandths / 1000).\(zeros)\(digits)"
  }
}

extension FoldModels.Bundle {
  /// `HMMFit.isDegenerate` on the training window; false where the bundle does not say.
  public var isRegimeDegenerate: Bool {
    guard let regimeGain else { return false }
    return HMMFit.isDegenerate(states: model.regime.states, gain: regimeGain)
  }
}
