import Kernels

extension PackedLayout {
  /// Writes the packed copies of flat parameters.
  /// - Parameters:
  ///   - parameters: In the order of ``LSTMShape/parameterSlots``.
  ///   - packed: ``count`` floats, zero where padding lies.
  func pack(_ parameters: FloatBuffer, into packed: MutableFloatBuffer) {
    precondition(parameters.count == shape.parameterCount && packed.count == count)
    let hidden = shape.hidden
    var at = 0
    for (index, layer) in layers.enumerated() {
      let inputs = shape.inputs(ofLayer: index)
      let input = parameters.part(at..<at + 4 * hidden * inputs)
      at += input.count
      let recurrent = parameters.part(at..<at + 4 * hidden * hidden)
      at += recurrent.count
      let forward = packed.part(layer.forward)
      let panel = 4 * (inputs + hidden)
      for unit in 0..<hidden {
        packGates(
          of: unit, input, columns: inputs, into: forward.part(unit * panel..<forward.count))
        packGates(
          of: unit, recurrent, columns: hidden,
          into: forward.part(unit * panel + 4 * inputs..<forward.count))
      }
      packTransposed(recurrent, columns: hidden, into: packed.part(layer.recurrentBack))
      if index > 0 { packTransposed(input, columns: inputs, into: packed.part(layer.inputBack)) }
      let start = packed.part(layer.start)
      for gate in 0..<4 {
        for unit in 0..<hidden {
          start[4 * unit + gate] = parameters[at] + parameters[at + 4 * hidden]
          at += 1
        }
      }
      at += 4 * hidden
    }
    packHead(parameters.part(at..<parameters.count), into: packed)
  }

  /// One unit's panel: the four gate rows of a matrix in PyTorch's order, side by side.
  private func packGates(
    of unit: Int, _ matrix: FloatBuffer, columns: Int, into panel: MutableFloatBuffer
  ) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 4) { offsets in
      for gate in 0..<4 { offsets[gate] = (gate * shape.hidden + unit) * columns }
      LSTMKernels.transpose(
        columns: columns, matrix, rowsAt: .init(offsets), into: panel, stride: 4)
    }
  }

  /// Panels of four columns of a matrix, of depth 4H: row `4·unit + gate` is gate row
  /// `gate·H + unit` of the matrix.
  private func packTransposed(
    _ matrix: FloatBuffer, columns: Int, into packed: MutableFloatBuffer
  ) {
    let hidden = shape.hidden
    guard let from = matrix.baseAddress, let to = packed.baseAddress else { return }
    let depth = 16 * hidden
    for unit in 0..<hidden {
      for gate in 0..<4 {
        let row = from + (gate &* hidden &+ unit) &* columns
        let place = to + 4 &* (4 &* unit &+ gate)
        var k = 0
        while k &+ 4 <= columns {
          let four = UnsafeRawPointer(row + k).loadUnaligned(as: SIMD4<Float>.self)
          UnsafeMutableRawPointer(place + k / 4 &* depth).storeBytes(
            of: four, as: SIMD4<Float>.self)
          k &+= 4
        }
        while k < columns {
          place[k / 4 &* depth &+ k % 4] = row[k]
          k &+= 1
        }
      }
    }
  }

  private func packHead(_ parameters: FloatBuffer, into packed: MutableFloatBuffer) {
    let n = shape.headWidth
    let inputs = shape.headInputs
    let head = packed.part(self.head)
    let back = packed.part(headBack)
    for output in 0..<n {
      for k in 0..<inputs {
        let weight = parameters[output * inputs + k]
        head[(output / 4 * inputs + k) * 4 + output % 4] = weight
        if k < shape.hidden { back[(k / 4 * n + output) * 4 + k % 4] = weight }
      }
      packed[headStart.lowerBound + output] = parameters[n * inputs + output]
    }
    guard shape.headHidden > 0 else { return }
    let rest = parameters.part(n * (inputs + 1)..<parameters.count)
    for k in 0..<n {
      packed[last.lowerBound + 4 * k] = rest[k]
      packed[lastBack.lowerBound + k] = rest[k]
    }
    packed[lastStart.lowerBound] = rest[n]
  }
}
