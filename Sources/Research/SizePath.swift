import Allocation
import Market
import SignalGraph
import Signals

/// What the overlays make of one symbol's size at a decision, whatever the account has earned.
struct SizeFactors: Sendable, Equatable {
  /// Of the regimes, 0 where the symbol has none.
  var regimeSize: Double
  /// Of the entry rules, by the regime.
  var entrySize: Double
  /// Of the trend overlay.
  var trend: Double

  subscript(overlay: Placebo.Overlay) -> Double {
    switch overlay {
    case .regimes: regimeSize
    case .entry: entrySize
    case .trend: trend
    }
  }
}

/// The size multipliers of the overlays at the decisions of a run, and the same path shifted in time.
struct SizePath: Sendable {
  /// Steps of the run at which weights were decided, ascending.
  let decisions: [Int]
  /// By symbol: the decisions (indexes of `decisions`) at which it has a regime.
  private let spoken: [[Int]]
  /// By symbol: its multipliers at each decision.
  private let factors: [[SizeFactors]]

  /// - Parameters:
  ///   - decisions: steps of the run.
  ///   - signals: by symbol, one a step of the run.
  ///   - trends: the factors of the trend overlay, one a symbol at each decision.
  init(decisions: [Int], signals: [[SymbolSignal]], trends: [[Double]]) {
    precondition(trends.count == decisions.count, "factors at each decision")
    self.decisions = decisions
    factors = signals.indices.map { symbol in
      decisions.indices.map { decision in
        let signal = signals[symbol][decisions[decision]]
        return SizeFactors(
          regimeSize: signal.regimeSize, entrySize: signal.entrySize,
          trend: trends[decision][symbol])
      }
    }
    spoken = signals.map { own in
      decisions.indices.filter { own[decisions[$0]].hasRegime }
    }
  }

  /// The overlays that a mode sizes by of which any symbol's multiplier changes.
  func overlays(in mode: AllocationSettings.Mode) -> [Placebo.Overlay] {
    Placebo.Overlay.allCases.filter { overlay in
      overlay.sizes(mode)
        && zip(factors, spoken).contains { factors, spoken in
          spoken.contains { factors[$0][overlay] != factors[spoken[0]][overlay] }
        }
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
  func shifted(by shift: Int) -> [[SizeFactors]] {
    var rows = decisions.indices.map { decision in factors.map { $0[decision] } }
    for (symbol, spoken) in spoken.enumerated() where spoken.count > 1 {
      let length = spoken.count
      let turn =
        length == decisions.count
        ? shift
        : min(
          length - 1, max(1, (shift * length + decisions.count / 2) / decisions.count))
      for place in spoken.indices {
        let source = spoken[(place + length - turn) % length]
        rows[spoken[place]][symbol] = factors[symbol][source]
      }
    }
    return rows
  }
}

extension Placebo.Overlay {
  /// Whether weights are scaled by it in a mode.
  fileprivate func sizes(_ mode: AllocationSettings.Mode) -> Bool {
    switch self {
    case .regimes: true
    case .entry: mode == .inOut
    case .trend: mode == .priorTilt
    }
  }
}
