import Market
import Research

/// Promise 1 with trained models fixed: every bar after a moment is made wrong, and the run repeated.
public enum NoLookAhead {
  static let compared = "signals, decisions, orders, fills, equity"

  /// The moments of a run, each with the way in which what comes after it is made wrong.
  /// - Parameter shift: which way comes first, so that two runs see different ones.
  public static func attempts(_ subject: Subject, shift: Int = 0) -> [(
    moment: ProofMoment, how: BarCorruption
  )] {
    let ways: [BarCorruption] = [.plausible, .implausible, .holes]
    return ProofMoment.all(subject).enumerated().map { index, moment in
      (moment, ways[(index + shift) % ways.count])
    }
  }

  /// Makes every bar after a moment wrong and runs again.
  public static func proof(_ subject: Subject, _ moment: ProofMoment, _ how: BarCorruption) async
    -> Proof
  {
    var proof = Proof(
      .noLookAhead, "\(moment.name), \(moment.time): later bars \(how.words)",
      subject: subject.name, compared: compared)
    do {
      let wrong = try await subject.again(
        on: subject.history.corrupted(how, after: moment.time))
      let before = subject.trace.known(at: moment.time)
      proof.values = before.values
      if let difference = before.firstDifference(from: wrong.trace.known(at: moment.time)) {
        proof.fail("later bars changed what was known at \(moment.time): \(difference)")
      }
      if subject.trace.firstDifference(from: wrong.trace) == nil {
        proof.fail("proved nothing: wrong bars after \(moment.time) changed nothing at all")
      }
    } catch {
      proof.fail("the run on bars \(how.words) after \(moment.time) ended: \(error)")
    }
    return proof
  }
}
