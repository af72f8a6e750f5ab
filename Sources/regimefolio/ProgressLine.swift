import Foundation
import Research

/// One line on a terminal that says how far a training has come; silent when piped.
actor ProgressLine {
  private let isTerminal: Bool
  private let start = ContinuousClock.now

  init(quiet: Bool) {
    isTerminal = !quiet && isatty(STDERR_FILENO) == 1
  }

  func show(_ progress: TrainingProgress) {
    guard isTerminal else { return }
    let elapsed = Double((ContinuousClock.now - start).components.seconds)
    let share = Double(progress.costDone) / Double(max(1, progress.costTotal))
    let left = share > 0 ? elapsed * (1 - share) / share : 0
    let rate = elapsed > 0 ? Double(progress.done) / elapsed * 60 : 0
    let text =
      "fitted \(progress.done) of \(counted(progress.total, "pool"))"
      + ", \(Int(rate)) a minute, \(Int(left)) s left: \(progress.job)"
    write("\r\u{1B}[K" + String(text.prefix(98)))
    if progress.done == progress.total { write("\n") }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
