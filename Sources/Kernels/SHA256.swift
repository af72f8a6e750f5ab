/// SHA-256 (FIPS 180-4, sections 5.1.1, 5.3.3 and 6.2), fed piece by piece.
///
/// Chunking does not matter: the digest depends on the bytes alone. Numbers and strings are fed in
/// a fixed form (little-endian, length first), so that a sequence of values has one encoding.
/// Own code because swift-crypto would add a minute and a half to a first build.
public struct SHA256: Sendable {
  private var state = Block.initialState
  /// Bytes that do not fill a block of 64 yet: the first `byteCount % 64`.
  private var pending: [64 of UInt8] = .init(repeating: 0)
  private var byteCount: UInt64 = 0

  /// Creates the hash of no bytes.
  public init() {}

  /// Appends bytes.
  @inlinable
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ append($0.span) }) == nil {
      append(Array(bytes).span)
    }
  }

  /// Appends the 8 bytes of an integer, the lowest first.
  public mutating func update(_ value: Int64) {
    appendWord(UInt64(bitPattern: value))
  }

  /// Appends the 8 bytes of a double's bit pattern, the lowest first. −0 and +0 differ.
  public mutating func update(_ value: Double) {
    appendWord(value.bitPattern)
  }

  /// Appends the number of UTF-8 bytes of a string as an `Int64`, then those bytes.
  public mutating func update(_ value: String) {
    let bytes = Array(value.utf8)
    update(Int64(bytes.count))
    append(bytes.span)
  }

  /// Returns the 32 bytes of the digest of all that was appended; more may be appended after.
  public func finalize() -> [UInt8] {
    var last = self
    last.pad()
    return (0..<32).map { i in
      UInt8(truncatingIfNeeded: last.state[i >> 2] >> UInt32(24 - 8 * (i & 3)))
    }
  }

  /// Returns the digest as 64 lowercase hexadecimal digits.
  public func hex() -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }

  private mutating func appendWord(_ value: UInt64) {
    var bytes: [8 of UInt8] = .init(repeating: 0)
    for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i)) }
    append(bytes.span)
  }

  @usableFromInline
  mutating func append(_ bytes: Span<UInt8>) {
    var filled = Int(byteCount % 64)
    byteCount &+= UInt64(bytes.count)
    var position = 0
    if filled > 0 {
      while filled < 64 && position < bytes.count {
        pending[filled] = bytes[position]
        filled += 1
        position += 1
      }
      guard filled == 64 else { return }
      let block = pending
      Block.mix(block.span, into: &state)
    }
    let whole = (bytes.count - position) / 64 * 64
    if whole > 0 {
      Block.mix(bytes.extracting(position..<position + whole), into: &state)
      position += whole
    }
    filled = 0
    while position < bytes.count {
      pending[filled] = bytes[position]
      filled += 1
      position += 1
    }
  }

  /// Appends the bit 1, zeros and the message's length in bits, the highest byte first.
  private mutating func pad() {
    let bitCount = byteCount &* 8
    var padding: [UInt8] = [0x80]
    padding.append(contentsOf: repeatElement(0, count: Int((119 &- byteCount % 64) % 64)))
    for i in 0..<8 { padding.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * i))) }
    append(padding.span)
  }
}
