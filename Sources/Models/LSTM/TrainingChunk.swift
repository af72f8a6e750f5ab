import Kernels

/// A run of steps of one sequence that the network sees from a zero state.
package struct TrainingChunk: Sendable, Hashable {
  package let sequence: Int
  /// The steps of the sequence that the chunk covers.
  package let steps: Range<Int>
  /// The first step with a loss; the steps before only build up the state.
  package let lossFrom: Int

  package init(sequence: Int, steps: Range<Int>, lossFrom: Int) {
    precondition(steps.contains(lossFrom), "a chunk has a step with a loss")
    self.sequence = sequence
    self.steps = steps
    self.lossFrom = lossFrom
  }
}

extension ForecastMode {
  /// The most chunks that an epoch of the sequences can have, whatever the random offsets.
  package func mostChunks(of sequences: [TrainingSequence]) -> Int {
    sequences.reduce(0) { sum, sequence in
      let count = sequence.steps
      switch self {
      case .dense(let chunk, let burnIn):
        // Blocks over what is after the burn-in and the largest offset.
        let block = chunk - burnIn
        return sum + (count > burnIn ? (count - burnIn + 2 * (block - 1)) / block : min(count, 1))
      case .windowed(let length): return sum + max(0, count - length + 1)
      }
    }
  }

  /// Returns the chunks of one epoch in random order; chunks without a target are left out.
  ///
  /// Dense: the steps after the burn-in of a sequence are cut into blocks of `chunk − burnIn` at a
  /// random offset, so every target there belongs to exactly one block; a chunk is a block and the
  /// `burnIn` steps before it. A sequence of at most `burnIn` steps has no step after the burn-in:
  /// it is one chunk with a loss at all its targets. Windowed: one chunk, with its loss at the last
  /// step, for every target that `length` bars lead up to. No chunk crosses sequences.
  package func epoch(
    of sequences: [TrainingSequence], using random: inout CounterRandom
  ) -> [TrainingChunk] {
    var chunks: [TrainingChunk] = []
    for (index, sequence) in sequences.enumerated() {
      let count = sequence.steps
      func add(_ steps: Range<Int>, lossFrom: Int) {
        guard sequence.targets[lossFrom..<steps.upperBound].contains(where: { !$0.isNaN }) else {
          return
        }
        chunks.append(TrainingChunk(sequence: index, steps: steps, lossFrom: lossFrom))
      }
      switch self {
      case .dense(let chunk, let burnIn):
        let block = chunk - burnIn
        // Drawn for every sequence, so that one segment more or less does not shift the others.
        let offset = random.below(block)
        if count <= burnIn {
          if count > 0 { add(0..<count, lossFrom: 0) }
          continue
        }
        var from = burnIn - offset
        while from < count {
          let end = min(from + block, count)
          if end > burnIn { add(max(0, from - burnIn)..<end, lossFrom: max(from, burnIn)) }
          from += block
        }
      case .windowed(let length):
        for end in stride(from: length, through: count, by: 1) {
          add(end - length..<end, lossFrom: end - 1)
        }
      }
    }
    var order = Array(chunks.indices)
    random.shuffle(&order)
    return order.map { chunks[$0] }
  }
}
