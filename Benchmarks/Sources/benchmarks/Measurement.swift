import Foundation

/// What one side needed for a piece of work.
struct Measurement {
  /// The program and its version.
  let side: String
  /// Seconds of the best repetition.
  var best: Double
  /// Largest resident set of the process while it worked, inputs included, in bytes; nil where it is
  /// not known.
  var peakMemory: Int?
  /// A number out of the result, to compare the sides by; nil where they are not comparable.
  let value: Double?
}

/// What is measured of a piece of work.
enum Timing {
  /// The processor time that the process used: for work of one thread. Unlike the time on the wall it
  /// does not count what the machine does for others in between, which would hit long repetitions
  /// more than short ones.
  case processor
  /// The time on the wall: for work of several threads.
  case wall

  /// Seconds since some moment.
  var now: Double {
    var time = timespec()
    clock_gettime(self == .wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

/// A piece of work in this process, ready to be repeated.
struct Body {
  /// Runs once; returns the seconds it took and the number out of its result.
  let run: @MainActor () async throws -> (seconds: Double, value: Double)

  /// - Parameter value: taken of each result outside the measured time.
  init<Result>(
    _ timing: Timing = .processor,
    _ body: @escaping @MainActor () async throws -> Result,
    value: @escaping @MainActor (Result) -> Double
  ) {
    run = {
      let began = timing.now
      let result = try await body()
      let took = timing.now - began
      return (took, value(result))
    }
  }

  /// Repeats the work for a slice of time, at least once. Returns the best repetition.
  @MainActor
  func slice(_ seconds: Double, _ name: String, expecting first: Double) async throws -> Double {
    let start = Timing.wall.now
    var best = Double.infinity
    repeat {
      let (took, value) = try await run()
      precondition(value == first, "\(name): the same work gave another result")
      best = min(best, took)
    } while Timing.wall.now - start < seconds
    return best
  }
}

/// A sum over all of a result that notices swapped elements: weights 1 to 7 in turn, NaN as 0.
func checksum(_ values: some Sequence<Double>) -> Double {
  var sum = 0.0
  for (index, value) in values.enumerated() where !value.isNaN {
    sum += Double(1 + index % 7) * value
  }
  return sum
}

/// The largest resident set of this process, as Linux counts it; nil where there is no /proc.
enum PeakMemory {
  /// Makes the peak start again at what is resident now.
  static func reset() {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    file.write(Data("5".utf8))
  }

  static var bytes: Int? {
    let status = FileManager.default.contents(atPath: "/proc/self/status") ?? Data()
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("VmHWM:") {
      return Int(line.filter(\.isNumber)).map { 1024 * $0 }
    }
    return nil
  }
}
