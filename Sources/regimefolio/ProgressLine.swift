import Foundation
import Models
import Report
import Research
import Synchronization

/// One line on a terminal that says how far a training has come; silent when piped.
///
/// With `--verbose` each bundle, and each network that goes on from a checkpoint, has a line of its own
/// on stderr, piped or not.
final class ProgressLine: Sendable {
  private struct Display {
    var shown: ContinuousClock.Instant?
    /// The loss of the network that spoke last.
    var detail = ""
  }

  private let isTerminal: Bool
  private let isVerbose: Bool
  private let start = ContinuousClock.now
  private let display = Mutex(Display())
  /// Terminals are slow: no more than ten lines a second.
  private static let interval = Duration.milliseconds(100)

  init(quiet: Bool, verbose: Bool) {
    isTerminal = !quiet && isatty(STDERR_FILENO) == 1
    isVerbose = verbose && !quiet
  }

  func show(_ progress: TrainingProgress) {
    display.withLock { display in
      if isVerbose, let line = ProgressLine.line(progress) {
        write((isTerminal ? "\r\u{1B}[K" : "") + line + "\n")
        display.shown = nil
      }
      guard isTerminal else { return }
      if case .fit(.epoch(let member, let epoch, let loss)) = progress.event {
        display.detail = "\(member), epoch \(epoch), loss \(String(format: "%.4f", loss))"
      }
      let now = ContinuousClock.now
      let isLast = progress.done == progress.total
      if let shown = display.shown, now - shown < ProgressLine.interval, !isLast { return }
      display.shown = now
      let whole = text(progress, display.detail, at: now)
      write("\r\u{1B}[K" + TerminalLine.fitted(whole, columns: ProgressLine.columns))
      if isLast { write("\n") }
    }
  }

  private func text(
    _ progress: TrainingProgress, _ detail: String, at now: ContinuousClock.Instant
  ) -> String {
    let elapsed = (now - start) / .seconds(1)
    let share = Double(progress.costDone) / Double(max(1, progress.costTotal))
    let rate = elapsed > 0 ? Double(progress.done) / elapsed * 60 : 0
    let left = share > 0 ? ", \(ProgressLine.time(elapsed * (1 - share) / share)) left" : ""
    return "fitted \(progress.done) of \(counted(progress.total, "pool"))"
      + ", \(Int(rate)) a minute\(left): \(progress.job) \(detail)"
  }

  /// `40 s`, `12 min`, `3 h 5 min`.
  static func time(_ seconds: Double) -> String {
    let minutes = Int((seconds / 60).rounded())
    if seconds < 90 { return "\(Int(seconds.rounded())) s" }
    return minutes < 90 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }

  private static func line(_ progress: TrainingProgress) -> String? {
    switch progress.event {
    case .written(let key, let id):
      "\(key): model \(id.prefix(12)) written, \(progress.job)"
    case .fit(.resumed(let member, let epoch)):
      "\(progress.job): \(member) goes on with epoch \(epoch)"
    case .fit(.discarded(let member, let reason)):
      "\(progress.job): \(member) begins at epoch 1, its checkpoint was no use: \(reason)"
    case .fit, .jobDone: nil
    }
  }

  /// The width of the terminal on stderr, which may change at any time; 80 where it does not say.
  private static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
