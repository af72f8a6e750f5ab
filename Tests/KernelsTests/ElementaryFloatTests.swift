import Foundation
import Kernels
import Testing

/// One single-precision function with its reference.
struct FloatCase: Sendable, CustomTestStringConvertible {
  let name: String
  let scalar: @Sendable (Float) -> Float
  let reference: @Sendable (Double) -> Double
  var testDescription: String { name }

  static let all: [FloatCase] = [
    FloatCase(
      name: "exp", scalar: { Elementary.exp($0) }, reference: { exp($0) }),
    FloatCase(
      name: "tanh", scalar: { Elementary.tanh($0) }, reference: { tanh($0) }),
    FloatCase(
      name: "sigmoid", scalar: { Elementary.sigmoid($0) },
      reference: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }),
  ]
}

@Suite struct ElementaryFloatTests {
  /// The bound promised by `Elementary`, in ulp.
  static let bound = 2.5

  /// Every 499th float from 2^-40 to 128, of both signs: 1.5 million.
  @Test(arguments: FloatCase.all)
  func `is within 2.5 ulp over a dense grid`(item: FloatCase) {
    var worst = 0.0
    var at: Float = 0
    for sign in [UInt32(0), 0x8000_0000] {
      for bits in stride(from: UInt32(0x2b80_0000), to: 0x4300_0000, by: 499) {
        let x = Float(bitPattern: bits | sign)
        let error = ulpError(item.scalar(x), item.reference(Double(x)))
        if error > worst { (worst, at) = (error, x) }
      }
    }
    #expect(worst <= Self.bound, "\(item.name)(\(at)) is \(worst) ulp off")
    #expect(worst > 0.5, "\(item.name): nothing was measured")
  }

  /// The arguments at which the error of each function is largest, of all floats.
  @Test func `is within 2.5 ulp where it is worst`() {
    let exponential = ulpError(Elementary.exp(Float(-5.84938)), exp(Double(Float(-5.84938))))
    #expect(exponential <= 1.02)
    var tangent = 0.0
    var logistic = 0.0
    for step in -20_000...20_000 {
      let x = Float(4.50509) + Float(step) * Float(4.50509).ulp
      tangent = max(tangent, ulpError(Elementary.tanh(x), tanh(Double(x))))
      let y = Float(-4.15729) + Float(step) * Float(4.15729).ulp
      logistic = max(logistic, ulpError(Elementary.sigmoid(y), 1 / (1 + exp(-Double(y)))))
    }
    #expect(tangent > 2.45 && tangent <= Self.bound)
    #expect(logistic > 2.3 && logistic <= Self.bound)
  }

  @Test func `an array has the bits of each of its values`() {
    let x = (0..<1001).map { (Float($0) - 500) * 0.21 }
    for (array, plain) in [
      (Elementary.exp(_:into:), { Elementary.exp($0) }),
      (Elementary.tanh(_:into:), { Elementary.tanh($0) }),
      (Elementary.sigmoid(_:into:), { Elementary.sigmoid($0) }),
    ] as [((FloatBuffer, MutableFloatBuffer) -> Void, (Float) -> Float)] {
      var y = [Float](repeating: 0, count: x.count)
      x.withUnsafeBufferPointer { x in y.withUnsafeMutableBufferPointer { array(x, $0) } }
      #expect(y.map(\.bitPattern) == x.map { plain($0).bitPattern })
    }
  }

  @Test func `exp saturates at both ends`() {
    #expect(Elementary.exp(Float(0)) == 1)
    #expect(Elementary.exp(Float(88.72283)).isFinite)
    #expect(Elementary.exp(Float(88.72284)) == .infinity)
    #expect(Elementary.exp(Float.infinity) == .infinity)
    #expect(Elementary.exp(Float(-103.972)) == .leastNonzeroMagnitude)
    #expect(Elementary.exp(Float(-103.98)) == 0)
    #expect(Elementary.exp(-Float.infinity) == 0)
  }

  @Test func `tanh and sigmoid keep zero, sign and limits`() {
    #expect(Elementary.tanh(Float(0)).bitPattern == 0)
    #expect(Elementary.tanh(Float(-0.0)).bitPattern == 0x8000_0000)
    #expect(Elementary.tanh(Float.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
    #expect(Elementary.tanh(Float(-1e-30)) == -1e-30)
    #expect(Elementary.tanh(Float(9.02)) == 1)
    #expect(Elementary.tanh(Float.infinity) == 1)
    #expect(Elementary.tanh(-Float.infinity) == -1)
    #expect(Elementary.sigmoid(Float(0)) == 0.5)
    #expect(Elementary.sigmoid(Float.infinity) == 1)
    #expect(Elementary.sigmoid(-Float.infinity) == 0)
    #expect(Elementary.sigmoid(Float(-103.972)) == .leastNonzeroMagnitude)
  }
}
