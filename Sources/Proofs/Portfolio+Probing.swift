import Allocation
import Engine
import Models
public import Research
import SignalGraph
import Signals

extension Portfolio {
  /// The same portfolio with everything that could hide a fault switched off: every forecast counts
  /// in full, every change is traded, any forecast tilts a weight or opens a position, and positions
  /// are as large as their conviction, however small or large that is.
  public var probing: Portfolio {
    var copy = self
    copy.forecast.gate = .off
    copy.allocation.band = 0
    copy.tiltCost = 0
    copy.entry = entry.probing
    copy.symbolEntry = symbolEntry.mapValues(\.probing)
    copy.sizing = sizing.probing
    copy.symbolSizing = symbolSizing.mapValues(\.probing)
    // Without a volatility target the other methods hold a lone position at one weight for ever.
    if allocation.volatilityTarget == nil { copy.allocation.method = .conviction }
    return copy
  }
}

extension EntrySettings {
  /// Any forecast is large enough, on every timeframe.
  fileprivate var probing: EntrySettings {
    var copy = self
    copy.threshold = .deviations(0)
    copy.timeframeThresholds = [:]
    return copy
  }
}

extension SizingSettings {
  /// No size is cut or raised to a bound, which would make all positions alike.
  fileprivate var probing: SizingSettings {
    var copy = self
    copy.minimum = 0
    copy.maximum = 1
    return copy
  }
}

extension Subject {
  /// Orders below which a run proves nothing about orders.
  public static let minimumOrders = 100
  /// Different weights of a symbol below which a run proves nothing about weights.
  public static let minimumWeights = 10

  /// Whether this run trades enough for its proofs to mean something. Nothing is asked of a symbol that could
  /// hardly be held, because it listed late or ended.
  public func strength(_ promise: Promise = .noLookAhead) -> Proof {
    var proof = Proof(
      promise, "the run trades enough to prove something", subject: name,
      compared: "orders, different weights a symbol")
    let orders = outcome.run.orders.count
    proof.expect(
      orders >= Subject.minimumOrders,
      "proved nothing: \(orders) orders, \(Subject.minimumOrders) needed")
    let decisions = outcome.decisions.compactMap(\.allocation)
    for (index, symbol) in history.symbols.enumerated() {
      let lines = decisions.map { $0.lines[index] }
      let held = lines.count { !$0.reasons.contains(where: \.isIneligible) }
      guard held >= Subject.minimumWeights else {
        proof.notes.append("\(symbol) could be held at \(held) decisions only, which prove nothing")
        continue
      }
      let weights = Set(lines.map(\.target.bitPattern)).count
      proof.expect(
        weights >= Subject.minimumWeights,
        "proved nothing: \(weights) different weights of \(symbol), "
          + "\(Subject.minimumWeights) needed")
    }
    return proof
  }
}

extension AllocationReason {
  fileprivate var isIneligible: Bool {
    if case .ineligible = self { true } else { false }
  }
}
