import Kernels
import Testing

/// Frozen bits of `numericsVersion`: the same on every machine and at every optimisation level.
@Suite struct NumericsTests {
  @Test func `the bits of version 2 are frozen`() {
    #expect(numericsVersion == 2)
    #expect(NumericsFingerprint.current() == NumericsFingerprint.frozen)
  }
}
