import CKernels

extension SHA256 {
  /// The compression function (FIPS 180-4, section 6.2.2).
  package enum Block {
    /// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
    package static let initialState = SIMD8<UInt32>(
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
      0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

    /// Mixes blocks of 64 bytes into the state, with the processor's own instructions where it has
    /// them.
    package static func mix(_ bytes: Span<UInt8>, into state: inout SIMD8<UInt32>) {
      let isDone = withUnsafeMutableBytes(of: &state) { words in
        bytes.withUnsafeBufferPointer { bytes in
          guard let words = words.baseAddress, let first = bytes.baseAddress else { return false }
          return ckernels_sha256(
            words.assumingMemoryBound(to: UInt32.self), first, bytes.count / 64, k)
        }
      }
      guard !isDone else { return }
      for start in stride(from: 0, to: bytes.count, by: 64) {
        compress(bytes, at: start, into: &state)
      }
    }

    /// Mixes the 64 bytes from `start` on into the state.
    ///
    /// Eight rounds a turn of the loop, in which the working variables change roles instead of
    /// being moved; the message schedule is a ring of 16 words.
    package static func compress(
      _ bytes: Span<UInt8>, at start: Int, into state: inout SIMD8<UInt32>
    ) {
      var w: [16 of UInt32] = .init(repeating: 0)
      for i in 0..<16 {
        let j = start &+ 4 &* i
        w[i] =
          UInt32(bytes[j]) << 24 | UInt32(bytes[j &+ 1]) << 16
          | UInt32(bytes[j &+ 2]) << 8 | UInt32(bytes[j &+ 3])
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      var t = 0
      while t < 64 {
        if t >= 16 { extend(&w, from: t) }
        let i = t & 8
        round(a, b, c, &d, e, f, g, &h, w[i] &+ k[t])
        round(h, a, b, &c, d, e, f, &g, w[i &+ 1] &+ k[t &+ 1])
        round(g, h, a, &b, c, d, e, &f, w[i &+ 2] &+ k[t &+ 2])
        round(f, g, h, &a, b, c, d, &e, w[i &+ 3] &+ k[t &+ 3])
        round(e, f, g, &h, a, b, c, &d, w[i &+ 4] &+ k[t &+ 4])
        round(d, e, f, &g, h, a, b, &c, w[i &+ 5] &+ k[t &+ 5])
        round(c, d, e, &f, g, h, a, &b, w[i &+ 6] &+ k[t &+ 6])
        round(b, c, d, &e, f, g, h, &a, w[i &+ 7] &+ k[t &+ 7])
        t &+= 8
      }
      state = state &+ SIMD8(a, b, c, d, e, f, g, h)
    }

    /// One round: `d` and `h` receive the new `e` and `a`.
    @inline(__always)
    private static func round(
      _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
      _ g: UInt32, _ h: inout UInt32, _ scheduled: UInt32
    ) {
      let choice = g ^ (e & (f ^ g))
      let majority = (a & b) | (c & (a | b))
      let t =
        h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ scheduled
      d = d &+ t
      h = t &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
    }

    /// Replaces the 8 words of rounds t − 16 … t − 9 by those of rounds t … t + 7.
    @inline(__always)
    private static func extend(_ w: inout [16 of UInt32], from t: Int) {
      for i in t..<(t &+ 8) {
        let x = w[(i &+ 1) & 15]
        let y = w[(i &+ 14) & 15]
        w[i & 15] =
          w[i & 15] &+ w[(i &+ 9) & 15] &+ (rotate(x, 7) ^ rotate(x, 18) ^ (x &>> 3))
          &+ (rotate(y, 17) ^ rotate(y, 19) ^ (y &>> 10))
      }
    }

    @inline(__always)
    private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 {
      x &>> n | x &<< (32 &- n)
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    static let k: [UInt32] = [
      0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
      0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
      0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
      0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
      0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
      0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
      0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
      0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
      0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
      0xc671_78f2,
    ]
  }
}
