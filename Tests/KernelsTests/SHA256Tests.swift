import Kernels
import Testing

@Suite struct SHA256Tests {
  static func hex(_ text: String) -> String {
    var hash = SHA256()
    hash.update(Array(text.utf8))
    return hash.hex()
  }

  /// FIPS 180-2, appendix B, and NIST's example values.
  @Test func `gives the digests of the standard`() {
    #expect(
      Self.hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Self.hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Self.hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      Self.hex(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
          + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu")
        == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")
  }

  @Test func `gives the digest of a million letters a`() {
    var hash = SHA256()
    hash.update(repeatElement(UInt8(ascii: "a"), count: 1_000_000))
    #expect(hash.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `chunks of any size give the digest of the whole`() {
    var random = SplitMix(state: 48)
    let bytes = (0..<1000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for length in [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000] {
      var whole = SHA256()
      whole.update(bytes[0..<length])
      for chunk in [1, 3, 7, 63, 64, 65, 200] {
        var parts = SHA256()
        for start in stride(from: 0, to: length, by: chunk) {
          parts.update(bytes[start..<min(start + chunk, length)])
        }
        #expect(parts.finalize() == whole.finalize(), "\(length) bytes in chunks of \(chunk)")
      }
    }
  }

  /// The processor's instructions, where it has them, against the plain rounds.
  @Test func `blocks mixed together are those mixed one by one`() {
    var random = SplitMix(state: 49)
    for blocks in 0..<40 {
      let bytes = (0..<64 * blocks).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var start = SHA256.Block.initialState
      for i in start.indices { start[i] = UInt32(truncatingIfNeeded: random.next()) }
      var (together, apart) = (start, start)
      SHA256.Block.mix(bytes.span, into: &together)
      for block in 0..<blocks { SHA256.Block.compress(bytes.span, at: 64 * block, into: &apart) }
      #expect(together == apart, "\(blocks) blocks")
    }
  }

  @Test func `a sequence without storage gives the digest of its bytes`() {
    var lazy = SHA256()
    lazy.update((0..<300).lazy.map { UInt8(truncatingIfNeeded: $0) })
    var eager = SHA256()
    eager.update((0..<300).map { UInt8(truncatingIfNeeded: $0) })
    #expect(lazy.hex() == eager.hex())
  }

  @Test func `values are fed as little-endian bytes, strings after their length`() {
    var values = SHA256()
    values.update(Int64(0x0102_0304_0506_0708))
    values.update(Int64(-1))
    values.update(1.0)
    values.update("é1")
    var bytes = SHA256()
    bytes.update([8, 7, 6, 5, 4, 3, 2, 1] as [UInt8])
    bytes.update([UInt8](repeating: 255, count: 8))
    bytes.update([0, 0, 0, 0, 0, 0, 0xf0, 0x3f] as [UInt8])
    bytes.update([3, 0, 0, 0, 0, 0, 0, 0, 0xc3, 0xa9, 0x31] as [UInt8])
    #expect(values.hex() == bytes.hex())
  }

  @Test func `strings do not run into each other`() {
    var first = SHA256()
    first.update("ab")
    first.update("c")
    var second = SHA256()
    second.update("a")
    second.update("bc")
    #expect(first.hex() != second.hex())
  }

  @Test func `reading the digest does not end the hash`() {
    var hash = SHA256()
    hash.update(Array("ab".utf8))
    let early = hash.finalize()
    #expect(hash.finalize() == early)
    hash.update(Array("c".utf8))
    #expect(hash.hex() == Self.hex("abc"))
    #expect(hash.finalize().count == 32)
  }
}
