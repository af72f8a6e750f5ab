import Foundation
import Glibc

/// A program run to its end, with its time and the largest resident set that the kernel counted.
@MainActor
enum ProgramRun {
  /// - Throws: `ProgramFailed` if it does not start or ends with another status than 0.
  static func measure(
    _ side: String, _ program: String, _ arguments: [String], in folder: URL
  ) throws -> Measurement {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    // One heap on both sides: with one a thread, the largest resident set differs by a fifth from run to run.
    let variables =
      Peers.environment.merging(["OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"]) { $1 }
      .map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }

    // The child starts where this process stands.
    let here = FileManager.default.currentDirectoryPath
    guard FileManager.default.changeCurrentDirectoryPath(folder.path) else {
      throw ProgramFailed(program: folder.path, status: -1)
    }
    defer { _ = FileManager.default.changeCurrentDirectoryPath(here) }
    let clock = ContinuousClock()
    let began = clock.now
    var process = pid_t()
    guard posix_spawn(&process, program, &actions, nil, words, variables) == 0 else {
      throw ProgramFailed(program: program, status: -1)
    }
    var (status, usage) = (Int32(0), rusage())
    while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
    let took = (clock.now - began) / .seconds(1)
    guard status == 0 else { throw ProgramFailed(program: program, status: status) }
    return Measurement(
      side: side, best: took, peakMemory: 1024 * Int(usage.ru_maxrss), value: nil)
  }
}

struct ProgramFailed: Error, CustomStringConvertible {
  let program: String
  let status: Int32

  var description: String { "\(program) ended with status \(status)" }
}
