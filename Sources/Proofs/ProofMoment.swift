import Engine
public import Market
import Models
import Research
import SignalGraph

/// A moment at which the future is made wrong, chosen so that look-ahead of some kind would show.
public struct ProofMoment: Sendable {
  public var name: String
  public var time: Timestamp

  /// The moments of a run: at closes, inside bars, just before slow bars end, at borders of folds
  /// and training windows, and where bars are missing.
  static func all(_ subject: Subject) -> [ProofMoment] {
    let (grid, steps, folds) = (subject.outcome.grid, subject.outcome.steps, subject.plan.folds)
    let slowest = subject.portfolio.timeframes.map(\.timeframe).max() ?? grid.timeframe
    let bar = grid.timeframe.milliseconds
    var moments: [ProofMoment] = []
    func add(_ name: String, _ time: Timestamp?) {
      guard let time, time > grid.knownAt(steps.lowerBound),
        time < grid.knownAt(steps.upperBound - 1)
      else { return }
      moments.append(ProofMoment(name: name, time: time))
    }
    /// The first step from a share of the run on for which something holds.
    func step(from share: Double, _ holds: (Int) -> Bool) -> Int? {
      let first = steps.lowerBound + Int(share * Double(steps.count))
      return (max(first, steps.lowerBound + 2)..<max(first + 2, steps.upperBound - 2)).first(
        where: holds)
    }
    func slot(_ step: Int) -> Timestamp { slowest.slot(containing: grid.times[step]) }

    add(
      "the middle of a bar",
      step(from: 0.37) { _ in true }.map { grid.times[$0] + bar / 2 })
    add(
      "the last close before slow bars end",
      step(from: 0.55) { slot($0) == slot($0 + 1) && slot($0 + 1) != slot($0 + 2) }
        .map(grid.knownAt))
    add(
      "the middle of slow bars",
      step(from: 0.7) { slot($0 - 1) == slot($0) && slot($0) == slot($0 + 1) }.map(grid.knownAt))
    add("a border between test windows", folds.outer[folds.outer.count / 2].testFrom)
    add(
      "the end of a training window",
      folds.window(folds.outer[folds.outer.count - 1], grid.timeframe).to)
    add(
      "the first close after missing bars",
      step(from: 0.1) { step in
        grid.symbols.indices.contains {
          grid.bar($0, at: step - 1) == nil && grid.bar($0, at: step) != nil
        }
      }.map(grid.knownAt))
    let decisions = subject.outcome.decisions
    add("a decision", decisions.isEmpty ? nil : decisions[decisions.count * 2 / 3].now)
    add("shortly before the end", grid.knownAt(steps.upperBound - 1 - max(3, steps.count / 50)))
    return moments
  }
}
