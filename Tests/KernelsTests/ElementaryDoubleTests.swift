import CKernels
import Foundation
import Kernels
import Testing

/// One function with its reference and the arguments at which it is compared.
struct DoubleCase: Sendable, CustomTestStringConvertible {
  let name: String
  let function: @Sendable (Double) -> Double
  let reference: @Sendable (Wide) -> Wide
  let arguments: [@Sendable (inout SplitMix) -> Double]
  var testDescription: String { name }

  static let angles: [@Sendable (inout SplitMix) -> Double] = [
    { $0.uniform(-4, 4) }, { $0.uniform(-1e5, 1e5) }, { $0.uniform(-1.7e6, 1.7e6) },
    { $0.logUniform(-1074, 1024) },
    // Beside multiples of π/2, where the reduction cancels most.
    { (Double($0.next() % 200_000) - 100_000) * (Double.pi / 2) },
  ]

  static let all: [DoubleCase] = [
    DoubleCase(
      name: "exp", function: { Elementary.exp($0) }, reference: { exp($0) },
      arguments: [
        { $0.uniform(-746, 710) }, { $0.uniform(-1, 1) }, { $0.logUniform(-1074, 10) },
      ]),
    DoubleCase(
      name: "log", function: { Elementary.log($0) }, reference: { log($0) },
      arguments: [
        { $0.uniform(0.5, 2) }, { $0.uniform(0.1, 10) }, { $0.logUniform(-1074, 1024).magnitude },
        { 1 + $0.logUniform(-52, -2) },
      ]),
    DoubleCase(
      name: "sin", function: { Elementary.sin($0) }, reference: { sin($0) }, arguments: angles),
    DoubleCase(
      name: "cos", function: { Elementary.cos($0) }, reference: { cos($0) }, arguments: angles),
    DoubleCase(
      name: "tanh", function: { Elementary.tanh($0) }, reference: { tanh($0) },
      arguments: [
        { $0.uniform(-21, 21) }, { $0.uniform(-1, 1) }, { $0.logUniform(-1074, 6) },
      ]),
    DoubleCase(
      name: "sigmoid", function: { Elementary.sigmoid($0) },
      reference: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) },
      arguments: [
        { $0.uniform(-746, 50) }, { $0.uniform(-5, 5) }, { $0.logUniform(-1074, 10) },
      ]),
  ]
}

@Suite struct ElementaryDoubleTests {
  /// The bound promised by `Elementary`, in ulp.
  static let bound = 1.5

  static let fixture: [String: [String]] = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/elementary.json")
    do {
      return try JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: url))
    } catch {
      preconditionFailure("\(url.path): \(error)")
    }
  }()

  static let functions: [String: @Sendable ([Double]) -> Double] = [
    "exp": { Elementary.exp($0[0]) }, "log": { Elementary.log($0[0]) },
    "sin": { Elementary.sin($0[0]) }, "cos": { Elementary.cos($0[0]) },
    "tanh": { Elementary.tanh($0[0]) }, "sigmoid": { Elementary.sigmoid($0[0]) },
    "pow": { Elementary.pow($0[0], $0[1]) },
  ]

  @Test(arguments: ["cos", "exp", "log", "pow", "sigmoid", "sin", "tanh"])
  func `is within 1.5 ulp of the 200-bit references`(name: String) throws {
    let rows = try #require(Self.fixture[name])
    let function = try #require(Self.functions[name])
    #expect(rows.count >= 500)
    var worst = 0.0
    for row in rows {
      let fields = row.split(separator: " ")
      let numbers = try fields.dropLast().map {
        Double(bitPattern: try #require(UInt64($0, radix: 16)))
      }
      let value = try #require(numbers.last)
      let residual = try #require(Double(fields[fields.count - 1]))
      let y = function(Array(numbers.dropLast()))
      let error = ((y - value) / value.ulp - residual).magnitude
      #expect(error <= Self.bound, "\(name) \(row): got \(y)")
      worst = max(worst, error)
    }
    // An error of less than half an ulp everywhere would mean that nothing was measured.
    #expect(worst >= 0.49 && worst <= 0.9, "\(name): worst \(worst)")
  }

  @Test(arguments: DoubleCase.all)
  func `is within 1.5 ulp of the C library over many arguments`(item: DoubleCase) {
    var random = SplitMix(state: 42)
    var worst = 0.0
    var at = 0.0
    for argument in item.arguments {
      for _ in 0..<100_000 {
        let x = argument(&random)
        let error = ulpError(item.function(x), item.reference(Wide(x)))
        if error > worst { (worst, at) = (error, x) }
      }
    }
    #expect(worst <= Self.bound + wideSlack, "\(item.name)(\(at)) is \(worst) ulp off")
  }

  @Test func `pow is within 1.5 ulp of the C library over many arguments`() {
    var random = SplitMix(state: 43)
    var worst = 0.0
    var at = (0.0, 0.0)
    for i in 0..<300_000 {
      let x =
        switch i % 3 {
        case 0: random.logUniform(-1074, 1024).magnitude
        case 1: random.uniform(0.5, 2)
        default: 1 + random.logUniform(-40, -3)
        }
      let y = random.uniform(-745, 709) / log(x)
      let error = ulpError(Elementary.pow(x, y), pow(Wide(x), Wide(y)))
      if error > worst { (worst, at) = (error, (x, y)) }
    }
    #expect(worst <= Self.bound + wideSlack, "pow\(at) is \(worst) ulp off")
  }

  @Test func `exp is exact at zero and saturates at both ends`() {
    #expect(Elementary.exp(0.0) == 1)
    #expect(Elementary.exp(-0.0) == 1)
    #expect(Elementary.exp(709.782712893384) == 1.7976931348622732e308)
    #expect(Elementary.exp(709.7827128933841) == .infinity)
    #expect(Elementary.exp(1e300) == .infinity)
    #expect(Elementary.exp(Double.infinity) == .infinity)
    #expect(Elementary.exp(-745.13) == .leastNonzeroMagnitude)
    #expect(Elementary.exp(-745.14) == 0)
    #expect(Elementary.exp(-1e300) == 0)
    #expect(Elementary.exp(-Double.infinity) == 0)
    #expect(Elementary.exp(Double.nan).isNaN)
  }

  @Test func `two logarithms at once have the bits of one by one`() {
    var random = CounterRandom(seed: 11, path: ["vector log"])
    let special: [Double] = [
      0, -0.0, -1, .infinity, .nan, 0x1p-1074, 0x1p-1022, 1, .greatestFiniteMagnitude,
    ]
    var different = 0
    for round in 0..<200_000 {
      let x =
        round < 81
        ? SIMD2(special[round / 9], special[round % 9])
        : SIMD2(random.uniform() * 100, Double(bitPattern: random.next() >> 1))
      let both = Elementary.log(x)
      for lane in 0..<2 {
        let one = Elementary.log(x[lane])
        let isSame = one.isNaN ? both[lane].isNaN : one.bitPattern == both[lane].bitPattern
        different += isSame ? 0 : 1
      }
    }
    #expect(different == 0)
  }

  @Test func `a row of tanh has the bits of each of its values, in every instruction set`() throws {
    var random = SplitMix(state: 53)
    var x: [Double] = [
      0, -0.0, .infinity, -.infinity, .nan, 20, -20, 20.000000000000004, 0x1p-28,
      0x1.fffffffffffffp-29,
      0x1p-1074, .greatestFiniteMagnitude,
    ]
    for _ in 0..<100_000 { x += [random.uniform(-21, 21), random.logUniform(-40, 5)] }
    // A count of every remainder, so that the tail is met too.
    for count in (x.count - 16)...x.count {
      let plain = x.prefix(count).map { Elementary.tanh($0) }
      for isa in [CKERNELS_PORTABLE, CKERNELS_AVX2, CKERNELS_AVX512] {
        guard let kernels = ckernels_of(isa) else { continue }
        var row = [Double](repeating: 0, count: count)
        kernels.pointee.tanhDoubles(count, x, &row)
        let different = zip(plain, row).count {
          $0.isNaN ? !$1.isNaN : $0.bitPattern != $1.bitPattern
        }
        #expect(different == 0, "instruction set \(isa.rawValue), \(count) values")
      }
      if count % 7 == 0 {
        var row = Array(x[12..<count])
        Elementary.tanh(&row)
        #expect(row == Array(plain[12...]))
      }
    }
  }

  @Test func `log has its special values`() {
    #expect(Elementary.log(1.0).bitPattern == 0)
    #expect(Elementary.log(0.0) == -.infinity)
    #expect(Elementary.log(-0.0) == -.infinity)
    #expect(Elementary.log(Double.infinity) == .infinity)
    #expect(Elementary.log(-1.0).isNaN)
    #expect(Elementary.log(-Double.infinity).isNaN)
    #expect(Elementary.log(Double.nan).isNaN)
    #expect(Elementary.log(Double.leastNonzeroMagnitude) == -744.4400719213812)
    #expect(Elementary.log(Double.greatestFiniteMagnitude) == 709.782712893384)
  }

  @Test func `sin and cos have their special values`() {
    #expect(Elementary.sin(0.0).bitPattern == 0)
    #expect(Elementary.sin(-0.0).bitPattern == (-0.0).bitPattern)
    #expect(Elementary.cos(0.0) == 1)
    #expect(Elementary.cos(-0.0) == 1)
    #expect(Elementary.sin(Double.pi) == 1.2246467991473532e-16)
    #expect(Elementary.cos(Double.pi) == -1)
    #expect(Elementary.sin(Double.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
    for x in [Double.infinity, -.infinity, .nan] {
      #expect(Elementary.sin(x).isNaN)
      #expect(Elementary.cos(x).isNaN)
    }
    #expect(Elementary.sin(Double.greatestFiniteMagnitude) == 0.004961954789184062)
    #expect(Elementary.cos(Double.greatestFiniteMagnitude) == -0.9999876894265599)
  }

  @Test func `tanh and sigmoid have their special values`() {
    #expect(Elementary.tanh(0.0).bitPattern == 0)
    #expect(Elementary.tanh(-0.0).bitPattern == (-0.0).bitPattern)
    #expect(Elementary.tanh(Double.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
    #expect(Elementary.tanh(19.07) == 1)
    #expect(Elementary.tanh(Double.infinity) == 1)
    #expect(Elementary.tanh(-Double.infinity) == -1)
    #expect(Elementary.tanh(Double.nan).isNaN)
    #expect(Elementary.sigmoid(0.0) == 0.5)
    #expect(Elementary.sigmoid(Double.infinity) == 1)
    #expect(Elementary.sigmoid(-Double.infinity) == 0)
    #expect(Elementary.sigmoid(-745.13) == .leastNonzeroMagnitude)
    #expect(Elementary.sigmoid(Double.nan).isNaN)
  }

  @Test func `sin and tanh are odd and cos is even to the last bit`() {
    var random = SplitMix(state: 44)
    for _ in 0..<20_000 {
      let x = random.logUniform(-1074, 1024)
      #expect(Elementary.sin(-x).bitPattern == (-Elementary.sin(x)).bitPattern)
      #expect(Elementary.cos(-x).bitPattern == Elementary.cos(x).bitPattern)
      #expect(Elementary.tanh(-x).bitPattern == (-Elementary.tanh(x)).bitPattern)
    }
  }

  @Test func `results stay inside the range of the function`() {
    var random = SplitMix(state: 45)
    for _ in 0..<20_000 {
      let x = random.logUniform(-60, 1024)
      #expect(Elementary.sin(x).magnitude <= 1)
      #expect(Elementary.cos(x).magnitude <= 1)
      #expect(Elementary.tanh(x).magnitude <= 1)
      #expect(Elementary.sigmoid(x) >= 0 && Elementary.sigmoid(x) <= 1)
    }
  }
}
