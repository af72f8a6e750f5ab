import Testing

/// The smallest case that still fails, found by taking away one thing at a time.
/// - Parameter findings: what is wrong with a case; empty when it holds.
func shrunk(
  _ failing: EngineCase, _ findings: (EngineCase) async throws -> [String]
) async rethrows -> EngineCase {
  var smallest = failing
  search: while true {
    for smaller in smallest.smaller where try await !findings(smaller).isEmpty {
      smallest = smaller
      continue search
    }
    return smallest
  }
}

/// Expects a property of every case; of the first that fails the smallest relative is shown.
func expectAll(
  _ seeds: Range<Int>, _ findings: (EngineCase) async throws -> [String],
  location: SourceLocation = #_sourceLocation
) async rethrows {
  for seed in seeds {
    let one = EngineCase(seed: seed)
    guard try await !findings(one).isEmpty else { continue }
    let smallest = try await shrunk(one, findings)
    let found = try await findings(smallest)
    Issue.record(
      "\(smallest): \(found.prefix(3).joined(separator: "; "))", sourceLocation: location)
    return
  }
}
