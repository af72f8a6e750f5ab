import Engine
import Kernels
import Market
import Research

/// Promise 2 within one process: workers, repetition, order of symbols and timeframes, instruction sets,
/// frozen bits.
///
/// Other processes (another hash seed, another path through the C library) are started by the
/// command line and compared by their `Fingerprint`s.
public enum Determinism {
  /// The run repeated with another number of workers.
  public static func repeated(_ subject: Subject, workers: Int) async -> Proof {
    var proof = Proof(
      .deterministic, "\(workers) \(workers == 1 ? "worker" : "workers")",
      subject: subject.name, compared: "run hash, \(NoLookAhead.compared)")
    await compare(&proof, subject) { try await subject.again(workers: workers) }
    return proof
  }

  /// The run repeated with symbols and timeframes named in the opposite order.
  public static func permuted(_ subject: Subject) async -> Proof {
    var proof = Proof(
      .deterministic, "symbols and timeframes in reverse", subject: subject.name,
      compared: "run hash, \(NoLookAhead.compared)")
    await compare(&proof, subject) {
      let named = Portfolio(
        name: subject.portfolio.name, symbols: subject.portfolio.symbols.reversed(),
        timeframes: subject.portfolio.timeframes.reversed())
      var settings = subject.portfolio
      settings.symbols = named.symbols
      settings.timeframes = named.timeframes
      let history = try subject.history.rebuilt(symbols: subject.history.symbols.reversed()) { $0 }
      return try await Subject(
        subject.name, settings, history: history, plan: subject.plan, models: subject.models,
        workers: subject.workers)
    }
    return proof
  }

  /// The run repeated with the hot loops of another instruction set that this processor has.
  ///
  /// No other work may run meanwhile: the choice is the whole process's.
  public static func repeated(_ subject: Subject, with set: InstructionSet) async -> Proof {
    var proof = Proof(
      .deterministic, "instruction set \(set.rawValue)", subject: subject.name,
      compared: "run hash, \(NoLookAhead.compared)")
    await using(set, &proof) { proof in
      await compare(&proof, subject) { try await subject.again(workers: subject.workers) }
    }
    return proof
  }

  /// The bits of elementary functions, kernels and random numbers with an instruction set, against
  /// those frozen with the version.
  public static func numerics(with set: InstructionSet) async -> Proof {
    var proof = Proof(
      .deterministic, "elementary functions, kernels and random numbers with \(set.rawValue)",
      compared: "frozen bits", values: NumericsFingerprint.count)
    await using(set, &proof) { $0.compareNumerics() }
    return proof
  }

  private static func using(
    _ set: InstructionSet, _ proof: inout Proof, _ body: (inout Proof) async -> Void
  ) async {
    let before = InstructionSet.current
    guard set.use() else {
      proof.fail("this processor does not have it")
      return
    }
    await body(&proof)
    _ = before.use()
  }

  private static func compare(
    _ proof: inout Proof, _ subject: Subject, _ again: () async throws -> Subject
  ) async {
    do {
      let other = try await again()
      proof.values = subject.trace.values
      if other.outcome.run.hash != subject.outcome.run.hash { proof.fail("another run hash") }
      if let difference = subject.trace.firstDifference(from: other.trace) {
        proof.fail(difference)
      }
    } catch {
      proof.fail("the run ended with an error: \(error)")
    }
  }
}

extension Proof {
  fileprivate mutating func compareNumerics() {
    let here = NumericsFingerprint.current()
    if here != NumericsFingerprint.frozen {
      fail(
        "numerics \(numericsVersion) gives \(here.prefix(12)) here, "
          + "\(NumericsFingerprint.frozen.prefix(12)) is frozen")
    }
  }
}

/// What two processes compare: hashes of a run.
public struct Fingerprint: Sendable, Equatable, Codable {
  public var subject: String
  public var runHash: String
  /// Of every signal, decision, order, fill and equity.
  public var trace: String
  public var values: Int

  public init(_ subject: Subject) {
    self.subject = subject.name
    runHash = subject.outcome.run.hash
    trace = subject.trace.digest
    values = subject.trace.values
  }
}
