extension VectorReplay {
  /// The decisions of a replay, read as the step loop reads them.
  /// - Parameter replay: weights that are all numbers.
  public init(_ table: PriceTable, _ replay: WeightReplay) throws(VectorError) {
    var replay = replay
    var steps: [Int] = []
    var weights: [Double] = []
    for step in table.times.indices {
      guard let row = replay.weights(at: table.knownAt(step)) else { continue }
      steps.append(step)
      weights += row
    }
    try self.init(table, steps: steps, weights: weights)
  }
}
