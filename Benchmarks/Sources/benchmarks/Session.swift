import FMAPeak
import Foundation

/// One run of the benchmarks: what is asked for, and what has been measured.
///
/// The sides of a piece of work take turns in short slices, so that whatever else the machine does
/// hits all of them alike; the best repetition of each counts.
@MainActor
final class Session {
  private static let rounds = 2...10
  private static let slice = 0.12
  /// Seconds after which no further round begins.
  private static let longest = 10.0

  /// Only work whose name contains this is measured; empty is all.
  let filter: String
  /// Where inputs for other programs lie.
  let inputs: URL
  let hasPeers = Peers.python != nil
  private(set) var rows: [Row] = []
  private var peers: Peers?

  init(filter: String) throws {
    self.filter = filter
    inputs = FileManager.default.temporaryDirectory
      .appendingPathComponent("regimefolio-benchmarks-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: inputs, withIntermediateDirectories: true)
  }

  /// Work that another process does; it is measured there.
  typealias Side = @MainActor () async throws -> Measurement

  func isWanted(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }

  /// Starts a theme: the peers of the one before end, those of this one start when first asked.
  func begin(_ theme: String) { peers = Peers(theme, inputs: inputs) }

  /// Hands an array to the peers: float64, little endian, no header.
  func share(_ name: String, _ values: [Double]) throws {
    guard hasPeers else { return }
    let data = values.withUnsafeBytes { Data($0) }
    try data.write(to: inputs.appendingPathComponent("\(name).f64"))
  }

  /// Measures one piece of work, if it is asked for, beside all who do the same.
  /// - Parameters:
  ///   - timing: processor time for work of one thread.
  ///   - amount: how many of `unit` one call of `body` does.
  ///   - operations: float32 operations of one call, to be held against the core's peak.
  ///   - rivals: sides in this process, by name.
  ///   - body: the work.
  ///   - value: a number out of its result, to compare the sides by.
  func measure<Result>(
    _ name: String, _ amount: Int, _ unit: String, timing: Timing = .processor,
    goals: [Goal] = [], operations: Double? = nil, rivals: [(side: String, body: Body)] = [],
    body: @escaping @MainActor () async throws -> Result,
    value: @escaping @MainActor (Result) -> Double
  ) async throws {
    guard isWanted(name) else { return }
    PeakMemory.reset()
    let own = Body(timing, body, value: value)
    // The first repetition of everybody warms up.
    let first = try await own.run().value
    var row = Row(
      name: name, amount: amount, unit: unit, goals: goals, operations: operations,
      ours: Measurement(side: "ours", best: .infinity, peakMemory: nil, value: first))
    var rivalValues: [Double] = []
    for (_, rival) in rivals { rivalValues.append(try await rival.run().value) }
    _ = try peers?.measure(name, seconds: 0)
    var inProcess = [Double](repeating: .infinity, count: rivals.count)
    let began = Timing.wall.now
    for round in 0..<Session.rounds.upperBound {
      let isLate = Timing.wall.now - began > Session.longest
      if isLate && round >= Session.rounds.lowerBound { break }
      row.ours.best = min(
        row.ours.best, try await own.slice(Session.slice, name, expecting: first))
      if operations != nil { row.peak = max(row.peak ?? 0, fma_peak(0.03)) }
      for (index, (_, rival)) in rivals.enumerated() {
        inProcess[index] = min(
          inProcess[index],
          try await rival.slice(Session.slice, name, expecting: rivalValues[index]))
      }
      row.peers = Session.merged(
        row.peers, try peers?.measure(name, seconds: Session.slice) ?? [])
    }
    row.ours.peakMemory = PeakMemory.bytes
    row.peers =
      zip(rivals, zip(inProcess, rivalValues)).map { rival, taken in
        Measurement(side: rival.side, best: taken.0, peakMemory: nil, value: taken.1)
      } + row.peers
    add(row)
  }

  /// Measures programs, each a process of its own, in turns.
  func measurePrograms(
    _ name: String, rounds: Int, goals: [Goal], ours: Side,
    peer: @MainActor () async throws -> Measurement? = { nil }
  ) async throws {
    guard isWanted(name) else { return }
    var (own, theirs): ([Measurement], [Measurement]) = ([], [])
    for _ in 0..<rounds {
      own = Session.merged(own, [try await ours()])
      if let taken = try await peer() { theirs = Session.merged(theirs, [taken]) }
    }
    add(Row(name: name, amount: 1, unit: "run", goals: goals, ours: own[0], peers: theirs))
  }

  /// Lines come as they are measured, also into a pipe.
  private func add(_ row: Row) {
    rows.append(row)
    print(Table.line(row))
    fflush(nil)
  }

  /// The better time and the larger memory of each side.
  private static func merged(_ old: [Measurement], _ new: [Measurement]) -> [Measurement] {
    guard !old.isEmpty else { return new }
    return zip(old, new).map { a, b in
      var both = a
      both.best = min(a.best, b.best)
      both.peakMemory = [a.peakMemory, b.peakMemory].compactMap { $0 }.max()
      return both
    }
  }

  /// Ends the peers and removes what was handed over.
  func end() {
    peers = nil
    do {
      try FileManager.default.removeItem(at: inputs)
    } catch {
      print("could not remove \(inputs.path): \(error)")
    }
  }
}
