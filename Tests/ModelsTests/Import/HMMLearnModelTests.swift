import Kernels
import Models
import Testing

/// hmmlearn's parameters, as Benchmarks/peers/export_hmmlearn.py names them.
@Suite struct HMMLearnModelTests {
  private static func file(
    _ tensors: [(name: String, shape: [Int], values: [Double])]
  ) throws -> ImportedTensors {
    try ImportedTensors(
      Safetensors.encode(
        tensors.map { StoredTensor(name: $0.name, shape: $0.shape, values: .float64($0.values)) }),
      file: "hmm.safetensors")
  }

  private static func tensors(
    _ type: CovarianceType, _ start: [Double], _ transition: [Double], _ means: [Double],
    _ covariance: [Double]
  ) -> [(name: String, shape: [Int], values: [Double])] {
    let states = start.count
    let width = means.count / states
    let (name, shape) =
      switch type {
      case .diagonal: ("covars.diag", [states, width])
      case .full: ("covars.full", [states, width, width])
      case .tied: ("covars.tied", [width, width])
      case .spherical: ("covars.spherical", [states])
      }
    return [
      ("startprob", [states], start), ("transmat", [states, states], transition),
      ("means", [states, width], means), (name, shape, covariance),
    ]
  }

  /// The filter of hmmlearn 0.3.3 (Fixtures/HMM-README.md), on observations as they are: no scaler.
  @Test(arguments: CovarianceType.allCases)
  func `an imported model filters as hmmlearn does`(type: CovarianceType) throws {
    let cases = try HMMCovarianceFixture.load().filter {
      $0.lengths == nil && $0.initial.covariance.type == type
    }
    #expect(cases.count == 3)
    for one in cases {
      let model = try HMMLearnModelTests.file(
        HMMLearnModelTests.tensors(type, one.start, one.transition, one.means, one.covariance)
      ).regimeModel()
      var filter = RegimeFilter(model)
      let head = (0..<12).flatMap { filter.update(Array(one.x.row($0)))?.posterior ?? [] }
      #expect(zip(head, one.filterHead).allSatisfy { abs($0 - $1) < 1e-10 })
      #expect(head.count == one.filterHead.count)
    }
  }

  private static let three = tensors(
    .diagonal, [0.2, 0.3, 0.5], [0.8, 0.1, 0.1, 0.05, 0.9, 0.05, 0.2, 0.2, 0.6],
    [1, 2, 3], [9, 1, 4])

  @Test func `states come into the portfolio's order, with their rows and columns`() throws {
    let given = try HMMLearnModelTests.file(HMMLearnModelTests.three).regimeModel()
    let (model, permutation) = given.ordered(
      by: .volatility(returns: 0), observations: Matrix(rows: [[0.0]]), returns: [0])
    #expect(permutation == [1, 2, 0])
    #expect(model.names == ["calm", "normal", "turbulent"])
    #expect(model.hmm.start == [0.3, 0.5, 0.2])
    #expect(model.hmm.means.elements == [2, 3, 1])
    #expect(model.hmm.transition.elements == [0.9, 0.05, 0.05, 0.2, 0.6, 0.2, 0.1, 0.1, 0.8])
  }

  @Test func `a scaler in the file is the model's`() throws {
    let scaled = try HMMLearnModelTests.file(
      HMMLearnModelTests.three + [("scaler.mean", [1], [0.5]), ("scaler.scale", [1], [2])]
    ).regimeModel()
    #expect(scaled.scaler == StandardScaler(mean: [0.5], scale: [2]))
    let plain = try HMMLearnModelTests.file(HMMLearnModelTests.three).regimeModel()
    #expect(plain.scaler == StandardScaler(mean: [0], scale: [1]))
    var (a, b) = (RegimeFilter(scaled), RegimeFilter(plain))
    #expect(a.update([4.5])?.posterior == b.update([2])?.posterior)
  }

  @Test func `each flaw is named with its tensor`() throws {
    let good = HMMLearnModelTests.three
    func replaced(_ name: String, _ shape: [Int], _ values: [Double])
      -> [(name: String, shape: [Int], values: [Double])]
    { good.filter { $0.name != name } + [(name, shape, values)] }
    for (tensors, parts) in [
      (good.filter { $0.name != "transmat" }, ["transmat is missing", "export_hmmlearn.py"]),
      (good.filter { $0.name != "covars.diag" }, ["covars.diag", "is missing"]),
      (good + [("covars.tied", [1, 1], [1])], ["one type"]),
      (good + [("weights", [1], [1])], ["weights", "no place"]),
      (
        replaced("transmat", [9], Array(repeating: 1.0 / 3, count: 9)),
        ["transmat", "[9]", "[3, 3]"]
      ),
      (replaced("transmat", [3, 3], Array(repeating: 0.5, count: 9)), ["transition row 0"]),
      (replaced("means", [3, 1], [1, .nan, 3]), ["means", "not finite"]),
      (replaced("covars.diag", [3, 1], [1, -1, 1]), ["variance is not above 0"]),
      (
        good + [("scaler.mean", [2], [0, 0]), ("scaler.scale", [2], [1, 1])],
        ["scaler.mean", "[1]"]
      ),
    ] {
      do {
        _ = try HMMLearnModelTests.file(tensors).regimeModel()
        Issue.record("accepted: \(parts)")
      } catch {
        let text = "\(error)"
        #expect(text.hasPrefix("hmm.safetensors: ") && !text.contains("\n"), "\(text)")
        for part in parts { #expect(text.contains(part), "'\(part)' in: \(text)") }
      }
    }
  }
}
