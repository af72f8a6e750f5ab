import Foundation

/// One run of the benchmarks: what is asked for, and what has been measured.
@MainActor
final class Session {
  /// Only work whose name contains this is measured; empty is all.
  let filter: String
  let peers: Peers?
  private(set) var rows: [(ours: Measurement, peers: [PeerMeasurement])] = []
  private var theme: [Measurement] = []
  private var ownPeers: [String: [PeerMeasurement]] = [:]

  init(filter: String) throws {
    self.filter = filter
    peers = try Peers()
  }

  func isWanted(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }

  /// Measures one piece of work, if it is asked for, and prints what it took.
  /// - Parameters:
  ///   - amount: how many of `unit` one call of `body` does.
  ///   - body: the work.
  ///   - value: a number out of its result, to compare with a peer's; takes no measured time.
  func measure<Result>(
    _ name: String, _ amount: Int, _ unit: String, body: () async throws -> Result,
    value: (Result) -> Double
  ) async throws {
    guard isWanted(name) else { return }
    let measurement = try await Measurement.take(name, amount, unit, body: body, value: value)
    print(Table.line(measurement))
    // Lines come as they are measured, also into a pipe.
    fflush(nil)
    theme.append(measurement)
  }

  /// Measures a peer that lives in this process.
  func measurePeer<Result>(
    _ name: String, _ peer: String, body: () -> Result, value: (Result) -> Double
  ) async {
    guard isWanted(name) else { return }
    let taken = await Measurement.take(name, 1, "run", body: body, value: value)
    ownPeers[name, default: []].append(
      PeerMeasurement(peer: peer, best: taken.best, value: taken.value))
  }

  /// Hands an array to the peers, if there are any.
  func share(_ name: String, _ values: [Double]) throws { try peers?.share(name, values) }

  /// Measures the peers of the work since the last call, right after it.
  func finish(_ name: String) throws {
    guard !theme.isEmpty else { return }
    let found = try peers?.measure(name, filter: filter) ?? [:]
    rows += theme.map { ($0, (ownPeers[$0.name] ?? []) + (found[$0.name] ?? [])) }
    theme = []
    ownPeers = [:]
  }
}
