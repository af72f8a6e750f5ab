import Kernels
import Models
import Testing

@Suite struct LSTMServerTests {
  static let shapes = [
    LSTMShape(inputs: 16, hidden: 16, regimes: 3, headHidden: 16),
    LSTMShape(inputs: 1, hidden: 1, regimes: 0, headHidden: 0),
    LSTMShape(inputs: 5, hidden: 3, layers: 2, regimes: 2, headHidden: 5),
    LSTMShape(inputs: 9, hidden: 17, layers: 3, regimes: 1, headHidden: 0),
    // More outputs than a panel of weights has.
    LSTMShape(inputs: 4, hidden: 40, layers: 2, regimes: 3, headHidden: 150),
  ]
  /// The widest layer that there may be, and one whose last block is nearly empty.
  static let wide = [
    LSTMShape(inputs: 12, hidden: LSTMShape.hiddenUnits.upperBound, regimes: 3, headHidden: 16),
    LSTMShape(inputs: 19, hidden: 131, layers: 2, regimes: 2, headHidden: 0),
  ]

  @Test func `one unit without weights but biases gives the forecast worked by hand`() throws {
    // i = f = o = σ(0) = ½, g = tanh 1 = 0.761594156: c₁ = ½·g = 0.380797078,
    // c₂ = ¾·g = 0.571195617, h = ½·tanh c, forecast 2h + 3r + 1.
    let shape = LSTMShape(inputs: 1, hidden: 1, regimes: 1, headHidden: 0)
    let network = try LSTMNetwork(
      shape: shape,
      tensors: [
        NamedTensor(name: "lstm.weight_ih_l0", shape: [4, 1], values: [0, 0, 0, 0]),
        NamedTensor(name: "lstm.weight_hh_l0", shape: [4, 1], values: [0, 0, 0, 0]),
        NamedTensor(name: "lstm.bias_ih_l0", shape: [4], values: [0, 0, 0.25, 0]),
        NamedTensor(name: "lstm.bias_hh_l0", shape: [4], values: [0, 0, 0.75, 0]),
        NamedTensor(name: "head.weight", shape: [1, 2], values: [2, 3]),
        NamedTensor(name: "head.bias", shape: [1], values: [1]),
      ])
    var server = LSTMServer(network: network, mode: .dense(chunk: 2, burnIn: 1))
    let first = server.update(inputs: [7], regime: [0.5]) ?? .nan
    #expect(abs(Double(first) - (0.363399484 + 2.5)) < 1e-6)  // tanh c₁
    let second = server.update(inputs: [-7], regime: [0]) ?? .nan
    #expect(abs(Double(second) - (0.516236804 + 1)) < 1e-6)  // tanh c₂
  }

  @Test(arguments: shapes + wide)
  func `bar by bar gives the bits of a batch`(_ shape: LSTMShape) throws {
    let network = try livelyNetwork(shape)
    let sequences = randomSequences([40, 40, 40], shape: shape)
    let pass = LSTMBatchPass(shape: shape, maxSteps: 40, maxBatch: 3)
    pass.load(
      (0..<3).map { TrainingChunk(sequence: $0, steps: 0..<40, lossFrom: 0) }, from: sequences)
    pass.setWeights(network.parameters)
    pass.forward()
    for (index, sequence) in sequences.enumerated() {
      var server = LSTMServer(network: network, mode: .dense(chunk: 80, burnIn: 20))
      let whole = network.forecasts(
        inputs: sequence.inputs, regimes: sequence.regimes, mode: server.mode)
      for t in 0..<40 {
        let served = server.update(bar: t, of: sequence, shape: shape)
        #expect(served?.bitPattern == pass.forecast(step: t, chunk: index).bitPattern)
        #expect(served?.bitPattern == whole[t]?.bitPattern)
      }
    }
  }

  @Test(arguments: shapes, [1, 4, 13])
  func `a window forecasts from its own bars alone, bar by bar as at once`(
    shape: LSTMShape, length: Int
  ) throws {
    let network = try livelyNetwork(shape)
    let sequence = randomSequences([150], shape: shape)[0]
    let mode = ForecastMode.windowed(length: length)
    var server = LSTMServer(network: network, mode: mode)
    let whole = network.forecasts(
      inputs: sequence.inputs, regimes: sequence.regimes, mode: mode)
    for t in 0..<150 {
      let served = server.update(bar: t, of: sequence, shape: shape)
      #expect((served == nil) == (t < length - 1))
      #expect(served?.bitPattern == whole[t]?.bitPattern)
      guard let served else { continue }
      var fresh = LSTMServer(network: network, mode: .dense(chunk: 2, burnIn: 1))
      var last: Float?
      for bar in t - length + 1...t { last = fresh.update(bar: bar, of: sequence, shape: shape) }
      #expect(last?.bitPattern == served.bitPattern)
    }
  }

  @Test(arguments: shapes, [3, 6, 70])
  func `many sequences side by side have the bits of each alone`(
    shape: LSTMShape, count: Int
  ) throws {
    let network = try livelyNetwork(shape)
    let sequences = randomSequences((0..<count).map { 1 + ($0 * 7) % 23 }, shape: shape)
    for mode in [ForecastMode.dense(chunk: 8, burnIn: 2), .windowed(length: 5)] {
      let together = network.forecasts(of: sequences, mode: mode)
      for (index, sequence) in sequences.enumerated() {
        var server = LSTMServer(network: network, mode: mode)
        for t in 0..<sequence.steps {
          let served = server.update(bar: t, of: sequence, shape: shape)
          #expect(served?.bitPattern == together[index][t]?.bitPattern)
        }
      }
    }
  }

  @Test(arguments: [ForecastMode.dense(chunk: 8, burnIn: 2), .windowed(length: 5)])
  func `a reset server is a new server`(mode: ForecastMode) throws {
    let shape = Self.shapes[2]
    let network = try livelyNetwork(shape)
    let sequence = randomSequences([20], shape: shape)[0]
    var used = LSTMServer(network: network, mode: mode)
    for t in 0..<20 { _ = used.update(bar: t, of: sequence, shape: shape) }
    used.reset()
    var new = LSTMServer(network: network, mode: mode)
    for t in 0..<20 {
      let expected = new.update(bar: t, of: sequence, shape: shape)
      #expect(used.update(bar: t, of: sequence, shape: shape) == expected)
    }
  }

  /// A server is a value: copies share their memory until one of them takes a bar in.
  @Test(arguments: [ForecastMode.dense(chunk: 8, burnIn: 2), .windowed(length: 5)])
  func `a copy and its original do not see each other's bars`(mode: ForecastMode) throws {
    let shape = Self.shapes[2]
    let network = try livelyNetwork(shape)
    let sequence = randomSequences([30], shape: shape)[0]
    var original = LSTMServer(network: network, mode: mode)
    for t in 0..<10 { _ = original.update(bar: t, of: sequence, shape: shape) }
    var copy = original
    for t in 20..<30 { _ = copy.update(bar: t, of: sequence, shape: shape) }
    copy.reset()
    var alone = LSTMServer(network: network, mode: mode)
    for t in 0..<10 { _ = alone.update(bar: t, of: sequence, shape: shape) }
    for t in 10..<20 {
      let expected = alone.update(bar: t, of: sequence, shape: shape)
      #expect(original.update(bar: t, of: sequence, shape: shape) == expected)
    }
  }

  @Test func `a segment shorter than the window has no forecast`() throws {
    let network = try livelyNetwork(Self.shapes[1])
    #expect(
      network.forecasts(inputs: [1, 2, 3], regimes: [], mode: .windowed(length: 4))
        == [nil, nil, nil])
    #expect(network.forecasts(inputs: [], regimes: [], mode: .windowed(length: 4)).isEmpty)
  }
}

extension LSTMServer {
  /// Takes one bar of a sequence in.
  fileprivate mutating func update(
    bar: Int, of sequence: TrainingSequence, shape: LSTMShape
  ) -> Float? {
    update(
      inputs: Array(sequence.inputs[bar * shape.inputs..<(bar + 1) * shape.inputs]),
      regime: Array(sequence.regimes[bar * shape.regimes..<(bar + 1) * shape.regimes]))
  }
}
