import Kernels
import Models
import Testing

@Suite struct ForecastModeTests {
  private func sequence(_ steps: Int, targets: (Int) -> Float = { _ in 1 }) -> TrainingSequence {
    TrainingSequence(
      inputs: [Float](repeating: 0, count: steps), regimes: [], targets: (0..<steps).map(targets))
  }

  @Test(arguments: 0..<20)
  func `a dense epoch visits every target past the burn-in once`(seed: Int) {
    let (chunk, burnIn) = (13 + seed % 3, 4 + seed % 5)
    let lengths = [100, burnIn + 1, burnIn, 1, 57, 13]
    let sequences = lengths.map { sequence($0) }
    var random = CounterRandom(seed: UInt64(seed), path: [])
    let chunks = ForecastMode.dense(chunk: chunk, burnIn: burnIn)
      .epoch(of: sequences, using: &random)
    for (index, length) in lengths.enumerated() {
      var visits = [Int](repeating: 0, count: length)
      for piece in chunks where piece.sequence == index {
        #expect(piece.steps.lowerBound >= 0 && piece.steps.upperBound <= length)
        #expect(piece.steps.count <= chunk)
        if length > burnIn {
          #expect(piece.lossFrom - piece.steps.lowerBound == burnIn)
        }
        for step in piece.lossFrom..<piece.steps.upperBound { visits[step] += 1 }
      }
      let unseen = length > burnIn ? burnIn : 0
      #expect(visits == (0..<length).map { $0 < unseen ? 0 : 1 })
    }
  }

  @Test func `offsets and order change from epoch to epoch`() {
    let sequences = [sequence(300), sequence(300)]
    let mode = ForecastMode.dense(chunk: 30, burnIn: 10)
    var random = CounterRandom(seed: 1, path: [])
    let first = mode.epoch(of: sequences, using: &random)
    let second = mode.epoch(of: sequences, using: &random)
    #expect(Set(first) != Set(second))
    #expect(first.map(\.sequence) != first.map(\.sequence).sorted())
    var again = CounterRandom(seed: 1, path: [])
    #expect(mode.epoch(of: sequences, using: &again) == first)
  }

  @Test(arguments: 1..<12, 0..<6)
  func `no epoch has more chunks than are foreseen, and some has as many`(block: Int, burnIn: Int) {
    for length in [0, 1, burnIn, burnIn + 1, burnIn + block, 57] {
      let one = [sequence(length)]
      for mode in [
        ForecastMode.dense(chunk: burnIn + block, burnIn: burnIn), .windowed(length: block),
      ] {
        let counts = (0..<200).map { seed in
          var random = CounterRandom(seed: UInt64(seed), path: [])
          return mode.epoch(of: one, using: &random).count
        }
        #expect(counts.max() == mode.mostChunks(of: one), "\(length) \(mode)")
        #expect(mode.mostChunks(of: one + one) == 2 * mode.mostChunks(of: one))
      }
    }
  }

  @Test func `chunks without a target are left out`() {
    let half = sequence(100) { $0 < 50 ? .nan : 1 }
    var random = CounterRandom(seed: 1, path: [])
    let chunks = ForecastMode.dense(chunk: 20, burnIn: 10)
      .epoch(of: [sequence(100) { _ in .nan }, half], using: &random)
    #expect(chunks.allSatisfy { $0.sequence == 1 && $0.steps.upperBound > 50 })
    #expect(!chunks.isEmpty)
  }

  @Test func `a windowed epoch is every full window with a target, once`() {
    var random = CounterRandom(seed: 1, path: [])
    let chunks = ForecastMode.windowed(length: 5).epoch(
      of: [sequence(8) { $0 == 6 ? .nan : 1 }, sequence(4), sequence(5)], using: &random)
    let expected: Set = [
      TrainingChunk(sequence: 0, steps: 0..<5, lossFrom: 4),
      TrainingChunk(sequence: 0, steps: 1..<6, lossFrom: 5),
      TrainingChunk(sequence: 0, steps: 3..<8, lossFrom: 7),
      TrainingChunk(sequence: 2, steps: 0..<5, lossFrom: 4),
    ]
    #expect(chunks.count == 4 && Set(chunks) == expected)
  }
}
