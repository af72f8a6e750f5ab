import Kernels
import Testing

/// The kernels against the sums written out, in the same order: equal to the bit.
@Suite struct LSTMKernelsTests {
  private func numbers(_ count: Int, _ name: String) -> [Float] {
    var random = CounterRandom(seed: 1, path: [name])
    return (0..<count).map { _ in Float(random.normal()) }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 9, 16], [8, 16, 32, 40, 72])
  func `a product is one chain over ascending k`(rows: Int, columns: Int) {
    for depth in [0, 1, 3, 17] {
      let stride = depth + 2
      let a = numbers(rows * stride, "a")
      let b = numbers(max(1, depth * columns), "b")
      let bias = numbers(columns, "bias")
      let before = numbers(rows * columns, "before")
      for start in 0..<3 {
        var c = before
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            bias.withUnsafeBufferPointer { bias in
              c.withUnsafeMutableBufferPointer { c in
                LSTMKernels.product(
                  rows: rows, columns: columns, depth: depth, a, aStride: stride, b,
                  start: start == 0 ? .zero : start == 1 ? .bias(bias) : .result, into: c)
              }
            }
          }
        }
        for m in 0..<rows {
          for n in 0..<columns {
            var sum = start == 0 ? 0 : start == 1 ? bias[n] : before[m * columns + n]
            for k in 0..<depth { sum += a[m * stride + k] * b[k * columns + n] }
            #expect(c[m * columns + n].bitPattern == sum.bitPattern)
          }
        }
      }
    }
  }

  @Test(arguments: [1, 4, 7, 64], [1, 15, 16, 200, 500])
  func `a weight gradient adds its rows one after the other`(outputs: Int, rows: Int) {
    let inputs = 24
    let stride = outputs + 3
    let dz = numbers(rows * stride, "dz")
    let x = numbers(rows * inputs, "x")
    let before = numbers(outputs * inputs, "dW")
    var dW = before
    dz.withUnsafeBufferPointer { dz in
      x.withUnsafeBufferPointer { x in
        dW.withUnsafeMutableBufferPointer { dW in
          LSTMKernels.addWeightGradient(
            rows: rows, outputs: outputs, inputs: inputs, dz, dzStride: stride, x, to: dW)
        }
      }
    }
    for m in 0..<outputs {
      for n in 0..<inputs {
        var sum = before[m * inputs + n]
        for r in 0..<rows { sum += dz[r * stride + m] * x[r * inputs + n] }
        #expect(dW[m * inputs + n].bitPattern == sum.bitPattern)
      }
    }
  }

  @Test(arguments: [1, 3, 4], [8, 24])
  func `the cell is its formula with the elementary functions`(rows: Int, width: Int) {
    let sums = numbers(rows * 4 * width, "gates")
    let previous = numbers(rows * width, "previous")
    var gates = sums
    var cell = [Float](repeating: 0, count: rows * width)
    var cellTanh = cell
    var hidden = cell
    previous.withUnsafeBufferPointer { previous in
      gates.withUnsafeMutableBufferPointer { gates in
        cell.withUnsafeMutableBufferPointer { cell in
          cellTanh.withUnsafeMutableBufferPointer { cellTanh in
            hidden.withUnsafeMutableBufferPointer { hidden in
              LSTMKernels.cellForward(
                rows: rows, width: width, gates: gates, previousCell: previous, cell: cell,
                cellTanh: cellTanh, hidden: hidden)
            }
          }
        }
      }
    }
    for row in 0..<rows {
      for j in 0..<width {
        let z = (0..<4).map { sums[(row * 4 + $0) * width + j] }
        let at = row * width + j
        let (i, f) = (Elementary.sigmoid(z[0]), Elementary.sigmoid(z[1]))
        let c = f * previous[at] + i * Elementary.tanh(z[2])
        let h = Elementary.sigmoid(z[3]) * Elementary.tanh(c)
        #expect(cell[at].bitPattern == c.bitPattern)
        #expect(hidden[at].bitPattern == h.bitPattern)
        #expect(cellTanh[at].bitPattern == Elementary.tanh(c).bitPattern)
        #expect(gates[row * 4 * width + j].bitPattern == i.bitPattern)
      }
    }
  }

  @Test func `a gradient is clipped to the limit and a smaller one left alone`() {
    var gradient: [Float] = [3, 4]
    let norm = gradient.withUnsafeMutableBufferPointer { LSTMKernels.clip($0, toNorm: 1) }
    #expect(norm == 5)
    #expect(abs(gradient[0] - 0.6) < 1e-6 && abs(gradient[1] - 0.8) < 1e-6)
    var small: [Float] = [0.3, 0.4]
    _ = small.withUnsafeMutableBufferPointer { LSTMKernels.clip($0, toNorm: 1) }
    #expect(small == [0.3, 0.4])
    var broken: [Float] = [.infinity, 1]
    let infinite = broken.withUnsafeMutableBufferPointer { LSTMKernels.clip($0, toNorm: 1) }
    #expect(infinite == .infinity && broken == [.infinity, 1])
  }

  @Test(arguments: [0, 1, 7, 8, 9, 40, 1001])
  func `the norm is the root of the sum of squares`(count: Int) {
    let x = numbers(count, "norm")
    let plain = x.map { Double($0) * Double($0) }.reduce(0, +).squareRoot()
    let norm = x.withUnsafeBufferPointer { LSTMKernels.norm($0) }
    // Float64 sums in another order.
    #expect(abs(norm - plain) <= 1e-13 * plain)
  }

  @Test func `Adam's first step moves every parameter by the rate against its gradient`() {
    // m̂/√v̂ = g/|g| at step 1; ε = 1e-8 is negligible beside |g|.
    var parameters: [Float] = [1, 1, 0]
    var mean = [Float](repeating: 0, count: 3)
    var square = mean
    var adam = LSTMKernels.AdamStep(rate: 0.125)
    func step(_ gradient: [Float]) {
      gradient.withUnsafeBufferPointer { gradient in
        parameters.withUnsafeMutableBufferPointer { parameters in
          mean.withUnsafeMutableBufferPointer { mean in
            square.withUnsafeMutableBufferPointer { square in
              adam.apply(gradient: gradient, to: parameters, mean: mean, square: square)
            }
          }
        }
      }
    }
    step([20, -0.5, 0])
    #expect(abs(parameters[0] - 0.875) < 1e-6)
    #expect(abs(parameters[1] - 1.125) < 1e-6)
    #expect(parameters[2] == 0)
    #expect(adam.beta1Power == 0.9 && adam.beta2Power == 0.999)
  }

  @Test func `weight decay is part of Adam's gradient`() {
    // Coupled: with no gradient a decayed parameter still moves by the whole rate.
    var parameters: [Float] = [2]
    var mean: [Float] = [0]
    var square: [Float] = [0]
    var adam = LSTMKernels.AdamStep(rate: 0.125, weightDecay: 0.01)
    [Float(0)].withUnsafeBufferPointer { gradient in
      parameters.withUnsafeMutableBufferPointer { parameters in
        mean.withUnsafeMutableBufferPointer { mean in
          square.withUnsafeMutableBufferPointer { square in
            adam.apply(gradient: gradient, to: parameters, mean: mean, square: square)
          }
        }
      }
    }
    #expect(abs(parameters[0] - 1.875) < 1e-5)
  }

  @Test func `rectifying keeps a NaN and zeroes what is below zero`() {
    var x: [Float] = [-1, 0, 2, .nan, -.infinity, .infinity, -0.5, 3]
    x.withUnsafeMutableBufferPointer { LSTMKernels.rectify($0) }
    #expect(x[3].isNaN)
    x[3] = 1
    #expect(x == [0, 0, 2, 1, 0, .infinity, 0, 3])
    var gradient = [Float](repeating: 5, count: 8)
    gradient.withUnsafeMutableBufferPointer { gradient in
      x.withUnsafeBufferPointer { LSTMKernels.rectifyBackward(gradient, output: $0) }
    }
    #expect(gradient == [0, 0, 5, 5, 0, 5, 0, 5])
  }
}
