import Kernels

/// Where the kernels find the weights of a network: transposed and padded copies in one array.
///
/// H and I are padded to a multiple of ``LSTMKernels/lanes`` (Hp, Ip), the head's width N to Np;
/// padding is zero. The forward matrices come first, so that a server keeps only those.
struct PackedLayout: Sendable, Hashable {
  struct Layer: Sendable, Hashable {
    /// Padded inputs, Ip.
    let width: Int
    /// I×4Hp: `weight_ih` transposed, gate blocks i f g o of Hp columns.
    let input: Range<Int>
    /// H×4Hp: `weight_hh` transposed.
    let recurrent: Range<Int>
    /// 4Hp: `bias_ih + bias_hh`.
    let bias: Range<Int>
    /// 4Hp×Ip: `weight_ih`, for the gradient of the inputs.
    let inputBack: Range<Int>
    /// 4Hp×Hp: `weight_hh`, for the gradient of the hidden state.
    let recurrentBack: Range<Int>
  }

  let shape: LSTMShape
  /// Hp.
  let hiddenWidth: Int
  /// Np.
  let headWidth: Int
  let layers: [Layer]
  /// H×Np: the head's first layer transposed, the columns of the hidden state.
  let headHidden: Range<Int>
  /// K×Np: the same, the columns of the regimes.
  let headRegime: Range<Int>
  /// Np.
  let headBias: Range<Int>
  /// N×8, column 0 used: the last layer transposed; empty with a linear head.
  let last: Range<Int>
  /// 8, element 0 used; empty with a linear head.
  let lastBias: Range<Int>
  /// N×Hp: the head's first layer, the columns of the hidden state.
  let headBack: Range<Int>
  /// Np: the last layer; empty with a linear head.
  let lastBack: Range<Int>
  /// How many floats inference reads.
  let forwardCount: Int
  /// How many floats training reads.
  let count: Int

  init(_ shape: LSTMShape) {
    self.shape = shape
    let hp = LSTMKernels.padded(shape.hidden)
    let n = shape.headWidth
    let np = LSTMKernels.padded(n)
    let two = shape.headHidden > 0
    hiddenWidth = hp
    headWidth = np
    var next = 0
    func take(_ count: Int) -> Range<Int> {
      defer { next += count }
      return next..<next + count
    }
    let forward = (0..<shape.layers).map { layer in
      (
        take(shape.inputs(ofLayer: layer) * 4 * hp), take(shape.hidden * 4 * hp), take(4 * hp)
      )
    }
    headHidden = take(shape.hidden * np)
    headRegime = take(shape.regimes * np)
    headBias = take(np)
    last = take(two ? n * 8 : 0)
    lastBias = take(two ? 8 : 0)
    forwardCount = next
    layers = forward.enumerated().map { layer, ranges in
      let ip = LSTMKernels.padded(shape.inputs(ofLayer: layer))
      return Layer(
        width: ip, input: ranges.0, recurrent: ranges.1, bias: ranges.2,
        inputBack: take(4 * hp * ip), recurrentBack: take(4 * hp * hp))
    }
    headBack = take(n * hp)
    lastBack = take(two ? np : 0)
    count = next
  }

  /// Writes the packed copies of flat parameters.
  /// - Parameters:
  ///   - parameters: In the order of ``LSTMShape/parameterSlots``.
  ///   - packed: ``forwardCount`` or ``count`` floats, zero where padding lies; only what fits
  ///     is written.
  func pack(
    _ parameters: UnsafeBufferPointer<Float>, into packed: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(packed.count == forwardCount || packed.count == count)
    let backward = packed.count == count
    let hidden = shape.hidden
    let hp = hiddenWidth
    var at = 0
    for (index, layer) in layers.enumerated() {
      let inputs = shape.inputs(ofLayer: index)
      for (columns, across, down, stride) in [
        (inputs, layer.input, layer.inputBack, layer.width),
        (hidden, layer.recurrent, layer.recurrentBack, hp),
      ] {
        for gate in 0..<4 {
          for unit in 0..<hidden {
            let padded = gate * hp + unit
            for k in 0..<columns {
              let weight = parameters[at]
              at += 1
              packed[across.lowerBound + k * 4 * hp + padded] = weight
              if backward { packed[down.lowerBound + padded * stride + k] = weight }
            }
          }
        }
      }
      for gate in 0..<4 {
        for unit in 0..<hidden {
          packed[layer.bias.lowerBound + gate * hp + unit] =
            parameters[at] + parameters[at + 4 * hidden]
          at += 1
        }
      }
      at += 4 * hidden
    }
    let n = shape.headWidth
    for row in 0..<n {
      for k in 0..<hidden {
        packed[headHidden.lowerBound + k * headWidth + row] = parameters[at]
        if backward { packed[headBack.lowerBound + row * hp + k] = parameters[at] }
        at += 1
      }
      for k in 0..<shape.regimes {
        packed[headRegime.lowerBound + k * headWidth + row] = parameters[at]
        at += 1
      }
    }
    for row in 0..<n { packed[headBias.lowerBound + row] = parameters[at + row] }
    at += n
    guard shape.headHidden > 0 else { return }
    for k in 0..<n {
      packed[last.lowerBound + k * 8] = parameters[at]
      if backward { packed[lastBack.lowerBound + k] = parameters[at] }
      at += 1
    }
    packed[lastBias.lowerBound] = parameters[at]
  }
}

extension UnsafeBufferPointer {
  /// Returns the part of the buffer in `range`, with its own indices from 0.
  func part(_ range: Range<Int>) -> UnsafeBufferPointer { .init(rebasing: self[range]) }
}

extension UnsafeMutableBufferPointer {
  /// Returns the part of the buffer in `range`, with its own indices from 0.
  func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer { .init(rebasing: self[range]) }

  /// Returns the same memory, read-only.
  var readOnly: UnsafeBufferPointer<Element> { .init(self) }
}
