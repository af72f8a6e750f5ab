import CKernels
import Kernels

/// The LSTM's kernels in plain Swift, one output after the other: what `CKernels` must give to the bit.
enum LSTMReference {
  static func product(_ a: LSTMProduct) {
    let depth = a.aDepth + a.bDepth
    for row in 0..<4 * a.panels {
      for column in 0..<a.columns {
        var sum = a.start?[row] ?? 0
        for k in 0..<depth {
          let x =
            k < a.aDepth ? a.a[k * a.columns + column] : a.b![(k - a.aDepth) * a.columns + column]
          sum.addProduct(a.weights[(row / 4 * depth + k) * 4 + row % 4], x)
        }
        a.y[row * a.columns + column] = sum
      }
    }
  }

  static func forward(_ a: LSTMForwardStep) {
    let depth = a.inputs + a.units
    for unit in 0..<a.units {
      for column in 0..<a.columns {
        let at = unit * a.columns + column
        let z = (0..<4).map { gate in
          var sum =
            a.sums.map { $0[(4 * unit + gate) * a.sumsStride + column] }
            ?? a.start![4 * unit + gate]
          for k in (a.sums == nil ? 0 : a.inputs)..<(a.h == nil ? a.inputs : depth) {
            let x =
              k < a.inputs
              ? a.x![k * a.columns + column] : a.h![(k - a.inputs) * a.columns + column]
            sum.addProduct(a.weights[(unit * depth + k) * 4 + gate], x)
          }
          return sum
        }
        let cell = cell(z, previous: a.previousCell[at])
        a.cell[at] = cell.c
        a.hidden[at] = cell.o * cell.cellTanh
        a.cellTanh?[at] = cell.cellTanh
        for (gate, value) in [cell.i, cell.f, cell.g, cell.o].enumerated() {
          a.gates?[(4 * unit + gate) * a.columns + column] = value
        }
      }
    }
  }

  private static func cell(
    _ z: [Float], previous: Float
  ) -> (i: Float, f: Float, g: Float, o: Float, c: Float, cellTanh: Float) {
    let (i, f) = (gate(z[0]), gate(z[1]))
    let (g, o) = (Elementary.tanh(z[2]), gate(z[3]))
    let c = (i * g).addingProduct(f, previous)
    return (i, f, g, o, c, Elementary.tanh(c))
  }

  /// 1 / (1 + e^−x) for −87 ≤ x ≤ 87.
  static func gate(_ x: Float) -> Float {
    let y = max(-87, min(87, -x))
    let shifted = Float(0x1.8p23).addingProduct(y, 0x1.715476p0)
    let k = shifted - 0x1.8p23
    let r = y.addingProduct(k, -0x1.62e4p-1).addingProduct(k, -0x1.7f7d1cp-20)
    var q = Float(0x1.122b42p-7).addingProduct(r, 0x1.6d6a72p-10)
    q = Float(0x1.5554cep-5).addingProduct(q, r)
    q = Float(0x1.5554aap-3).addingProduct(q, r)
    q = Float(0.5).addingProduct(q, r)
    let scale = Float(sign: .plus, exponent: Int(k), significand: 1)
    return 1 / (1 + scale.addingProduct(scale, r.addingProduct(r * r, q)))
  }

  static func backward(_ a: LSTMBackwardStep) {
    for unit in 0..<a.units {
      for column in 0..<a.columns {
        let at = unit * a.columns + column
        func gate(_ n: Int) -> Float { a.gates[(4 * unit + n) * a.columns + column] }
        let (i, f, g, o, t) = (gate(0), gate(1), gate(2), gate(3), a.cellTanh[at])
        let dh = (a.above?[at] ?? 0) + (a.after?[at] ?? 0)
        let dc = a.cellGradient[at].addingProduct(dh * o, Float(1).addingProduct(-t, t))
        let dz = [
          dc * g * i.addingProduct(-i, i), dc * a.previousCell[at] * f.addingProduct(-f, f),
          dc * i * Float(1).addingProduct(-g, g), dh * t * o.addingProduct(-o, o),
        ]
        for n in 0..<4 { a.dz[(4 * unit + n) * a.columns + column] = dz[n] }
        a.cellGradient[at] = dc * f
      }
    }
  }

  static func weightGradient(_ a: LSTMWeightGradient) {
    for m in 0..<4 * a.panels {
      for n in 0..<a.width {
        var sum = a.sums[m * a.width + n]
        for step in 0..<a.steps {
          for row in 0..<a.rows {
            sum.addProduct(
              a.dz[(step * 4 * a.panels + m) * a.columns + row],
              a.x[(step * a.columns + row) * a.width + n])
          }
        }
        a.sums[m * a.width + n] = sum
      }
      guard let biases = a.biases else { continue }
      for step in 0..<a.steps {
        for row in 0..<a.rows {
          biases[m] = biases[m].addingProduct(a.dz[(step * 4 * a.panels + m) * a.columns + row], 1)
        }
      }
    }
  }

  static func vectorProduct(_ a: LSTMVectorProduct) {
    for n in 0..<a.outputs {
      let first = n / 64 * 64
      let width = min(64, a.outputs - first)
      var sum = a.start[n]
      for k in 0..<a.depth {
        sum.addProduct(a.weights[n / 64 * a.stride + k * width + n - first], a.x[k])
      }
      a.y[n] = sum
    }
  }

  static func vectorStep(_ a: LSTMVectorStep) -> Float {
    for unit in 0..<16 * a.blocks {
      let block = unit / 16
      let z = (0..<4).map { gate in
        let lane = 16 * gate + unit % 16
        var sum = a.start[64 * block + lane]
        for k in (a.x == nil ? a.inputs : 0)..<a.inputs + a.units {
          let weight = a.weights[64 * (block * (a.inputs + a.units) + k) + lane]
          sum.addProduct(weight, k < a.inputs ? a.x![k] : a.h[k - a.inputs])
        }
        return sum
      }
      let cell = cell(z, previous: a.cell[unit])
      a.cell[unit] = cell.c
      a.hidden[unit] = cell.o * cell.cellTanh
    }
    guard let head = a.head else { return 0 }
    let y = vectorOutput(a.units, a.headStart, head, a.hidden)
    return vectorOutput(a.others, y, head + a.units, a.other!)
  }

  static func vectorOutput(
    _ depth: Int, _ start: Float, _ weights: UnsafePointer<Float>, _ x: UnsafePointer<Float>
  ) -> Float {
    (0..<depth).reduce(start) { $0.addingProduct(weights[$1], x[$1]) }
  }

  static func dropout(_ a: LSTMDropout) {
    for row in 0..<a.rows {
      for column in 0..<a.columns {
        var x = (a.counter &+ UInt32(64 * row + column)) ^ a.key.0
        x = (x ^ x >> 16) &* 0x7feb_352d
        x = ((x ^ x >> 15) &+ a.key.1) &* 0x846c_a68b
        let draw = (x ^ x >> 16) >> 8
        let at = row * a.columns + column
        a.y[at] = draw < a.threshold ? 0 : a.x[at] * a.scale
      }
    }
  }

  static func sumOfSquares(_ x: [Float]) -> Double {
    var sums = [Double](repeating: 0, count: 16)
    for (n, value) in x.enumerated() { sums[n % 16] += Double(value) * Double(value) }
    var half = 8
    while half > 0 {
      for n in 0..<half { sums[n] += sums[n + half] }
      half /= 2
    }
    return sums[0]
  }

  static func adam(_ a: LSTMAdam) {
    for n in 0..<a.count {
      let p = a.parameters[n]
      let g = a.gradient[n].addingProduct(a.decay, p)
      let m = a.mean[n].addingProduct(a.fresh1, g - a.mean[n])
      let v = (a.fresh2 * g * g).addingProduct(a.keep2, a.square[n])
      a.mean[n] = m
      a.square[n] = v
      let width = a.epsilon.addingProduct(v.squareRoot(), a.root)
      a.parameters[n] = (a.keep * p).addingProduct(-a.step, m / width)
    }
  }
}
