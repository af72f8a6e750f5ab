import Market
import SignalGraph
import Signals

/// The regimes' size multipliers at the decisions of a run, and the same path shifted in time.
struct SizePath: Sendable {
  /// Steps of the run at which weights were decided, ascending.
  let decisions: [Int]
  /// By symbol: the decisions (indexes of `decisions`) at which it has a regime.
  private let spoken: [[Int]]
  /// By symbol: its multiplier at each decision, 0 without a regime.
  private let sizes: [[Double]]

  /// - Parameters:
  ///   - decisions: steps of the run.
  ///   - signals: by symbol, one a step of the run.
  init(decisions: [Int], signals: [[SymbolSignal]]) {
    self.decisions = decisions
    sizes = signals.map { own in decisions.map { own[$0].regimeSize } }
    spoken = signals.map { own in
      decisions.indices.filter { own[decisions[$0]].hasRegime }
    }
  }

  /// Whether any symbol's multiplier changes.
  var varies: Bool {
    zip(sizes, spoken).contains { size, spoken in
      spoken.contains { size[$0] != size[spoken[0]] }
    }
  }

  /// At most `count` shifts, spread evenly over the path; 0 is none of them.
  func shifts(_ count: Int) -> [Int] {
    let length = decisions.count
    guard length > 1, count > 0 else { return [] }
    guard length - 1 > count else { return Array(1..<length) }
    return (1...count).map { $0 * length / (count + 1) }
  }

  /// The multipliers of all symbols at each decision when the path comes `shift` decisions late, its
  /// end first.
  ///
  /// A symbol without a regime at some decisions (listed late, or away) turns around the decisions
  /// that it has, by the same part of them.
  func shifted(by shift: Int) -> [[Double]] {
    var rows = decisions.indices.map { decision in sizes.map { $0[decision] } }
    for (symbol, spoken) in spoken.enumerated() where spoken.count > 1 {
      let length = spoken.count
      let turn =
        length == decisions.count
        ? shift
        : min(
          length - 1, max(1, (shift * length + decisions.count / 2) / decisions.count))
      for place in spoken.indices {
        let source = spoken[(place + length - turn) % length]
        rows[spoken[place]][symbol] = sizes[symbol][source]
      }
    }
    return rows
  }
}
