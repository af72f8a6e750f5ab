import Proofs
import Testing

@Suite struct ProofTests {
  @Test func `what compared nothing does not hold`() {
    let proof = Proof(.honestResults, "nothing", compared: "nothing")
    #expect(!proof.holds)
    #expect(proof.findings == ["proved nothing: there was nothing to compare"])
  }

  @Test func `one finding is enough, five are kept and all are counted`() {
    var proof = Proof(.honestResults, "numbers", compared: "numbers")
    for number in 0..<10 { proof.expect(number < 3, "\(number) is too large") }
    #expect(proof.values == 10 && proof.failureCount == 7 && !proof.holds)
    #expect(proof.failures.count == Proof.keptFailures)
    #expect(proof.findings.first == "3 is too large" && proof.findings.last == "and 2 more")
  }

  @Test func `what compared something and found nothing holds`() {
    var proof = Proof(.honestResults, "numbers", compared: "numbers")
    proof.expect(true, "never")
    #expect(proof.holds && proof.findings.isEmpty)
  }
}
