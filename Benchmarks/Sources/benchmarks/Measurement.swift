import Foundation

/// The times of one piece of work, repeated.
struct Measurement {
  let name: String
  /// What one repetition consists of: so many of a unit.
  let amount: Int
  let unit: String
  /// Seconds of one repetition.
  let best: Double
  let median: Double
  /// Largest resident set of the process while it ran, inputs included, in bytes.
  let peakMemory: Int
  /// A number out of the result, to compare with a peer's.
  let value: Double

  /// Units a second in the best repetition.
  var rate: Double { Double(amount) / best }

  static let smallestCount = 5
  static let shortestTime = Duration.seconds(1)

  /// Runs `body` once to warm up, then until it has run five times and for a second.
  ///
  /// `value` is taken of each result outside the measured time, and is the same every time.
  @MainActor
  static func take<Result>(
    _ name: String, _ amount: Int, _ unit: String, body: () async throws -> Result,
    value: (Result) -> Double
  ) async rethrows -> Measurement {
    PeakMemory.reset()
    let clock = ContinuousClock()
    let first = value(try await body())
    var times: [Double] = []
    let start = clock.now
    while times.count < smallestCount || clock.now - start < shortestTime {
      let began = clock.now
      let result = try await body()
      times.append((clock.now - began) / .seconds(1))
      precondition(value(result) == first, "\(name): the same work gave another result")
    }
    times.sort()
    return Measurement(
      name: name, amount: amount, unit: unit, best: times[0], median: times[times.count / 2],
      peakMemory: PeakMemory.bytes, value: first)
  }
}

/// A sum over all of a result that notices swapped elements: weights 1 to 7 in turn, NaN as 0.
func checksum(_ values: [Double]) -> Double {
  var sum = 0.0
  for (index, value) in values.enumerated() where !value.isNaN {
    sum += Double(1 + index % 7) * value
  }
  return sum
}

/// The largest resident set of this process, as Linux counts it; 0 where there is no /proc.
enum PeakMemory {
  /// Makes the peak start again at what is resident now.
  static func reset() {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    file.write(Data("5".utf8))
  }

  static var bytes: Int {
    let status = FileManager.default.contents(atPath: "/proc/self/status") ?? Data()
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n")
    where line.hasPrefix("VmHWM:") {
      return 1024 * (Int(line.filter(\.isNumber)) ?? 0)
    }
    return 0
  }
}
