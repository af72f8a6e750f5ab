import Allocation
import Engine
import Models
public import Research
import SignalGraph
import Signals

extension Portfolio {
  /// The same portfolio with everything that could hide a fault switched off: every forecast counts
  /// in full, every change is traded, and any forecast tilts a weight or opens a position.
  public var probing: Portfolio {
    var copy = self
    copy.forecast.gate = .off
    copy.allocation.band = 0
    copy.tiltCost = 0
    copy.entry.threshold = .deviations(0)
    for symbol in symbolEntry.keys { copy.symbolEntry[symbol]?.threshold = .deviations(0) }
    return copy
  }
}

extension Subject {
  /// Orders below which a run proves nothing about orders.
  public static let minimumOrders = 100
  /// Different weights of a symbol below which a run proves nothing about weights.
  public static let minimumWeights = 10

  /// Whether this run trades enough for its proofs to mean something.
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
      let weights = Set(decisions.map { $0.lines[index].target.bitPattern }).count
      proof.expect(
        weights >= Subject.minimumWeights,
        "proved nothing: \(weights) different weights of \(symbol), "
          + "\(Subject.minimumWeights) needed")
    }
    return proof
  }
}
