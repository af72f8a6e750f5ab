import CKernels

extension LSTMKernels {
  /// A layer as one bar of one sequence reads it: lanes are units.
  ///
  /// A block of ``vectorUnits`` units is a panel of weights, read from one end to the other, and its cell.
  public struct VectorLayer {
    public let inputs: Int
    public let units: Int
    /// Blocks×4×``vectorUnits``, gates i f g o: where each chain starts.
    public let start: FloatBuffer
    /// Blocks×(inputs + units)×4×``vectorUnits``.
    public let weights: FloatBuffer

    public init(inputs: Int, units: Int, start: FloatBuffer, weights: FloatBuffer) {
      let outputs = 4 * LSTMKernels.padded(units)
      precondition(inputs > 0 && units > 0, "a layer has inputs and units")
      precondition(start.count == outputs, "a start for each gate of each unit")
      precondition(weights.count == outputs * (inputs + units), "too few weights")
      self.inputs = inputs
      self.units = units
      self.start = start
      self.weights = weights
    }
  }

  /// A linear layer of one output on `[h; other]`.
  public struct VectorHead {
    /// One for each unit and each of `other`.
    public let weights: FloatBuffer
    public let start: Float

    public init(weights: FloatBuffer, start: Float) {
      self.weights = weights
      self.start = start
    }
  }

  /// What a step starts from.
  public enum VectorInputs {
    case inputs(FloatBuffer)
    /// As many as the layer's starts: start and inputs already added up.
    case sums(FloatBuffer)
  }

  /// Adds the inputs of a bar to the starts of a layer: what `VectorInputs.sums` takes.
  public static func vectorSums(
    _ layer: VectorLayer, _ x: FloatBuffer, into sums: MutableFloatBuffer
  ) {
    precondition(x.count == layer.inputs, "the layer reads \(layer.inputs) inputs")
    vectorProduct(
      outputs: layer.start.count, start: layer.start, weights: layer.weights,
      stride: vectorPanel * (layer.inputs + layer.units), x, into: sums)
  }

  /// One step of a layer after the other, from and to the same places: they are said once, because a bar of a
  /// small network takes less time than to say them.
  public struct VectorStep {
    /// Units: the hidden state after a step.
    public let output: FloatBuffer
    private let layer: VectorLayer
    private let head: VectorHead?
    private let kernel = kernels.pointee.lstm.vectorStep
    private var step: LSTMVectorStep

    /// - Parameters:
    ///   - h: Units, padded to a multiple of ``lanes``: the hidden state of the step before.
    ///   - cell: As many, the new one after a step.
    ///   - hidden: As many, written; not `h`.
    ///   - fromLast: Whether the last block goes first. In turns with the first, a block that was read last
    ///     is still in the processor's first-level cache; the bits are the same.
    ///   - head: What is made of the new hidden state, with `other`.
    public init(
      _ layer: VectorLayer, h: FloatBuffer, cell: MutableFloatBuffer, hidden: MutableFloatBuffer,
      fromLast: Bool, head: VectorHead?
    ) {
      let blocks = layer.start.count / vectorPanel
      let width = blocks * vectorUnits
      precondition(h.count == width && cell.count == width && hidden.count == width)
      precondition(
        h.baseAddress != UnsafePointer(address(hidden)), "h is still read when hidden is written")
      precondition(head.map { $0.weights.count >= layer.units } ?? true, "a weight for each unit")
      self.layer = layer
      self.head = head
      output = FloatBuffer(rebasing: hidden[..<layer.units])
      step = LSTMVectorStep(
        blocks: blocks, inputs: layer.inputs, units: layer.units, start: address(layer.start),
        weights: address(layer.weights), x: nil, h: address(h), cell: address(cell),
        hidden: address(hidden), fromLast: fromLast, head: nil, headStart: head?.start ?? 0,
        others: (head?.weights.count ?? layer.units) - layer.units, other: nil)
    }

    /// Says where the next steps find their inputs.
    public mutating func read(_ x: VectorInputs) {
      switch x {
      case .inputs(let x):
        precondition(x.count == layer.inputs, "the layer reads \(layer.inputs) inputs")
        step.start = address(layer.start)
        step.x = address(x)
      case .sums(let sums):
        precondition(sums.count == layer.start.count, "a sum for each gate of each unit")
        step.start = address(sums)
        step.x = nil
      }
    }

    /// Moves the layer by a step, after `read`.
    /// - Parameter other: What the head reads besides; nil where its output is not wanted.
    /// - Returns: The head's output; 0 with none.
    public mutating func run(other: FloatBuffer?) -> Float {
      if let head, let other {
        precondition(other.count == step.others, "a weight for each input of the head")
        step.head = address(head.weights)
        step.other = address(other)
      } else {
        step.head = nil
      }
      return kernel(&step)
    }
  }
}
