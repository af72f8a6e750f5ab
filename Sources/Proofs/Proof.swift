/// What one check of a promise compared, and what it found.
///
/// A check that compared nothing does not hold: it proved nothing.
public struct Proof: Sendable, Equatable {
  /// Failures that are kept in words; the others are counted.
  public static let keptFailures = 5

  public let promise: Promise
  /// What was done: "corrupted later bars".
  public let name: String
  /// The run it was done on; nil where it is about none.
  public let subject: String?
  /// What was compared: "signals, decisions, orders, fills and equity".
  public let compared: String
  /// How many values were compared.
  public var values: Int
  /// What speaks against the promise, one sentence each.
  public private(set) var failures: [String] = []
  public private(set) var failureCount = 0
  /// What the reader should know beside the outcome.
  public var notes: [String] = []

  public init(
    _ promise: Promise, _ name: String, subject: String? = nil, compared: String, values: Int = 0
  ) {
    self.promise = promise
    self.name = name
    self.subject = subject
    self.compared = compared
    self.values = values
  }

  public var holds: Bool { failureCount == 0 && values > 0 }

  /// What to tell of a check that does not hold.
  public var findings: [String] {
    if failureCount == 0, values == 0 { return ["proved nothing: there was nothing to compare"] }
    let more = failureCount - failures.count
    return failures + (more > 0 ? ["and \(more) more"] : [])
  }

  /// Notes a finding against the promise.
  public mutating func fail(_ finding: String) {
    failureCount += 1
    if failures.count < Proof.keptFailures { failures.append(finding) }
  }

  /// Counts one comparison and notes a finding where it does not hold.
  public mutating func expect(_ holds: Bool, _ finding: @autoclosure () -> String) {
    values += 1
    if !holds { fail(finding()) }
  }
}
