/// A counter-based random number generator: Philox 4x32-10 (Salmon, Moraes, Dror & Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
///
/// Each (seed, path) is a stream of its own, so that what one node draws does not depend on
/// what others draw, or in which order, or on how many workers. The 128 bits that tell streams
/// apart (64 of Philox's key, 64 of its counter) are the first 16 bytes of the SHA-256 of the
/// seed, the length of the path and its length-prefixed strings. A stream has 2^65 numbers.
public struct CounterRandom: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let stream: SIMD2<UInt32>
  private var block: UInt64 = 0
  /// The second number of the current block, if not handed out yet.
  private var spare: UInt64?
  /// The second number of the current pair of normals, if not handed out yet.
  private var spareNormal: Double?

  /// Creates the stream of a seed and a path, such as `["1h", "fold 3", "member 0"]`.
  public init(seed: UInt64, path: [String]) {
    var hash = SHA256()
    hash.update(Int64(bitPattern: seed))
    hash.update(Int64(path.count))
    for name in path { hash.update(name) }
    let digest = hash.finalize()
    func word(_ i: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 << 8 | UInt32(digest[4 * i + $1]) }
    }
    key = SIMD2(word(0), word(1))
    stream = SIMD2(word(2), word(3))
  }

  /// How many 64-bit numbers have been drawn. Setting it goes there, back or forth, in constant time;
  /// a second normal that was kept is dropped.
  public var position: UInt64 {
    get { 2 * block - (spare == nil ? 0 : 1) }
    set {
      block = newValue / 2
      spare = nil
      spareNormal = nil
      // The first number of a block leaves its second one.
      if newValue % 2 == 1 { _ = next() }
    }
  }

  /// Returns 64 random bits.
  public mutating func next() -> UInt64 {
    if let second = spare {
      spare = nil
      return second
    }
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
      stream.x, stream.y)
    let words = Self.philox(counter: counter, key: key)
    block &+= 1
    spare = UInt64(words[3]) << 32 | UInt64(words[2])
    return UInt64(words[1]) << 32 | UInt64(words[0])
  }

  /// Returns a number in [0, 1), a multiple of 2^-53, all equally likely.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Returns a number of the standard normal distribution (Box & Muller, 1958). Numbers come in
  /// pairs from two uniforms; the second of a pair is kept for the next call.
  public mutating func normal() -> Double {
    if let second = spareNormal {
      spareNormal = nil
      return second
    }
    // 1 − u lies in (0, 1], where the logarithm is finite.
    let radius = (-2 * Elementary.log(1 - uniform())).squareRoot()
    let angle = uniform() * (2 * Double.pi)
    spareNormal = radius * Elementary.sin(angle)
    return radius * Elementary.cos(angle)
  }

  /// Returns an integer in 0..<n, all equally likely (Lemire, "Fast random integer generation in
  /// an interval", 2019).
  public mutating func below(_ n: Int) -> Int {
    precondition(n > 0, "a random integer below n needs n > 0")
    let range = UInt64(n)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Puts the elements in random order, all orders equally likely (Fisher & Yates; Durstenfeld's
  /// form: the last position first).
  public mutating func shuffle(_ a: inout [Int]) {
    var last = a.count - 1
    while last > 0 {
      a.swapAt(last, below(last + 1))
      last -= 1
    }
  }

  /// Returns Philox 4x32-10 of a counter under a key, the words in the order of the paper.
  public static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xd251_1f53
      let p1 = UInt64(c2) &* 0xcd9e_8d57
      c0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: p1)
      c2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: p0)
      // The round keys step by the golden ratio and √3 − 1.
      k0 &+= 0x9e37_79b9
      k1 &+= 0xbb67_ae85
    }
    return SIMD4(c0, c1, c2, c3)
  }
}
