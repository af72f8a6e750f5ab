import Kernels
import Testing

@Suite struct CounterRandomTests {
  /// The known-answer vectors that Random123 publishes for philox4x32-10.
  @Test func `Philox gives the published known answers`() {
    #expect(
      CounterRandom.philox(counter: .zero, key: .zero)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      CounterRandom.philox(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      CounterRandom.philox(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  /// Rebuilds the stream from its documented parts: SHA-256 of seed and path, block by block.
  @Test func `a stream is Philox under the hash of seed and path`() {
    var hash = SHA256()
    hash.update(Int64(7))
    hash.update(Int64(2))
    hash.update("1h")
    hash.update("fold 3")
    let digest = hash.finalize()
    let words = stride(from: 0, to: 16, by: 4).map { i in
      digest[i..<(i + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    var random = CounterRandom(seed: 7, path: ["1h", "fold 3"])
    for block in UInt32(0)..<5 {
      let w = CounterRandom.philox(
        counter: SIMD4(block, 0, words[2], words[3]), key: SIMD2(words[0], words[1]))
      #expect(random.next() == UInt64(w[1]) << 32 | UInt64(w[0]))
      #expect(random.next() == UInt64(w[3]) << 32 | UInt64(w[2]))
    }
  }

  @Test func `the same seed and path repeat, any other differs`() {
    func first(_ seed: UInt64, _ path: [String]) -> [UInt64] {
      var random = CounterRandom(seed: seed, path: path)
      return (0..<4).map { _ in random.next() }
    }
    #expect(first(1, ["a", "b"]) == first(1, ["a", "b"]))
    let others: [(UInt64, [String])] = [
      (1, ["a", "b"]), (2, ["a", "b"]), (1, ["ab"]), (1, ["a", "b", ""]), (1, ["", "a", "b"]),
      (1, ["b", "a"]), (1, []), (1, [""]), (.max, []), (0, []),
    ]
    #expect(Set(others.map { first($0.0, $0.1) }).count == others.count)
  }

  @Test func `uniform lies in [0, 1) with the right moments`() {
    var random = CounterRandom(seed: 3, path: ["uniform"])
    let n = 200_000
    let x = (0..<n).map { _ in random.uniform() }
    #expect(x.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = x.reduce(0, +) / Double(n)
    let square = x.reduce(0) { $0 + $1 * $1 } / Double(n)
    // Five standard errors: 5 · sqrt(1/12 / n) and 5 · sqrt(4/45 / n).
    #expect((mean - 0.5).magnitude < 0.0033)
    #expect((square - 1.0 / 3).magnitude < 0.0034)
    let lag = zip(x, x.dropFirst()).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) } / Double(n)
    #expect((lag * 12).magnitude < 0.0112)
  }

  @Test func `uniform uses 53 bits`() {
    var random = CounterRandom(seed: 4, path: [])
    var union: UInt64 = 0
    for _ in 0..<200 {
      let scaled = random.uniform() * 0x1p53
      #expect(Double(UInt64(scaled)) == scaled)
      union |= UInt64(scaled)
    }
    #expect(union == 1 << 53 - 1)
  }

  @Test func `normal has the moments and tails of the normal distribution`() {
    var random = CounterRandom(seed: 5, path: ["normal"])
    let n = 400_000
    let x = (0..<n).map { _ in random.normal() }
    func moment(_ power: Int) -> Double {
      x.reduce(0) { sum, v in sum + (0..<power).reduce(1) { p, _ in p * v } } / Double(n)
    }
    // Five standard errors, sqrt(var / n): variances of x, x², x³, x⁴ are 1, 2, 15, 96.
    #expect(moment(1).magnitude < 0.0080)
    #expect((moment(2) - 1).magnitude < 0.0112)
    #expect(moment(3).magnitude < 0.0307)
    #expect((moment(4) - 3).magnitude < 0.0775)
    let beyondTwo = Double(x.count { $0.magnitude > 2 }) / Double(n)
    #expect((beyondTwo - 0.0455003).magnitude < 0.00165)
    // The two of a pair are independent.
    let pairs = stride(from: 0, to: n, by: 2).reduce(0.0) { $0 + x[$1] * x[$1 + 1] }
    #expect((pairs / Double(n / 2)).magnitude < 0.0112)
  }

  @Test(arguments: [1, 2, 3, 6, 10, 97])
  func `below gives every value equally often`(n: Int) {
    var random = CounterRandom(seed: 6, path: ["below", "\(n)"])
    let draws = 20_000
    var counts = [Int](repeating: 0, count: n)
    for _ in 0..<draws { counts[random.below(n)] += 1 }
    let expected = Double(draws) / Double(n)
    let chiSquare = counts.reduce(0.0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    // Mean n − 1 and variance 2 (n − 1): five standard deviations and a margin for few cells.
    let freedom = Double(n - 1)
    #expect(chiSquare <= freedom + 5 * (2 * freedom).squareRoot() + 10)
  }

  /// 3 · 2^61 does not divide 2^64: without rejection, values would fall below 2^61 with
  /// probability 3/8, not 1/3.
  @Test func `below is unbiased for a large bound`() {
    var random = CounterRandom(seed: 7, path: ["bias"])
    let draws = 30_000
    var low = 0
    for _ in 0..<draws where random.below(3 << 61) % 3 == 0 { low += 1 }
    #expect((Double(low) / Double(draws) - 1.0 / 3).magnitude < 0.0137)
  }

  @Test func `shuffle keeps the elements and repeats`() {
    let sorted = Array(0..<1000)
    var a = sorted
    var b = sorted
    var first = CounterRandom(seed: 8, path: ["epoch 0"])
    var second = CounterRandom(seed: 8, path: ["epoch 0"])
    first.shuffle(&a)
    second.shuffle(&b)
    #expect(a == b)
    #expect(a != sorted)
    #expect(a.sorted() == sorted)
    var empty: [Int] = []
    first.shuffle(&empty)
    #expect(empty.isEmpty)
    var single = [7]
    first.shuffle(&single)
    #expect(single == [7])
  }

  @Test func `shuffle gives all orders of four equally often`() {
    var random = CounterRandom(seed: 9, path: ["orders"])
    var counts: [[Int]: Int] = [:]
    let draws = 24_000
    for _ in 0..<draws {
      var a = [0, 1, 2, 3]
      random.shuffle(&a)
      counts[a, default: 0] += 1
    }
    #expect(counts.count == 24)
    let chiSquare = counts.values.reduce(0.0) {
      $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000
    }
    // 23 degrees of freedom: beyond 60 once in 30 000 generators.
    #expect(chiSquare < 60)
  }

  @Test func `a stream can be left and taken up at any position`() {
    var whole = CounterRandom(seed: 4, path: ["stream"])
    let numbers = (0..<50).map { _ in whole.next() }
    #expect(whole.position == 50)
    for position in 0..<50 {
      var other = CounterRandom(seed: 4, path: ["stream"])
      _ = other.next()
      other.position = UInt64(position)
      #expect(other.position == UInt64(position))
      #expect((position..<50).map { _ in other.next() } == Array(numbers[position...]))
      // Back as well as forth.
      other.position = 0
      #expect(other.next() == numbers[0])
    }
    // A kept second normal does not survive the move.
    var normals = CounterRandom(seed: 4, path: ["stream"])
    let first = normals.normal()
    normals.position = 0
    #expect(normals.normal() == first)
  }
}
