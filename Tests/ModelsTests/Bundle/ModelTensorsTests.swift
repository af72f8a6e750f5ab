import Kernels
import Models
import Testing

@Suite struct ModelTensorsTests {
  private func regime(_ covariance: CovarianceType = .diagonal) throws -> RegimeModel {
    let data = GeneratedRegimes.volatility(count: 400, seed: 1)
    var options = HMMFitOptions()
    options.covariance = covariance
    return try RegimeModel.fit(
      data.x, options: options, random: CounterRandom(seed: 1, path: ["tensors"])
    ).model
  }

  @Test func `a regime model comes back with its bits`() throws {
    let model = try regime()
    #expect(
      model.tensors.map(\.name) == [
        "hmm.start", "hmm.transition", "hmm.means", "hmm.variances", "hmm.scaler.mean",
        "hmm.scaler.scale",
      ])
    #expect(model.tensors.map(\.shape) == [[3], [3, 3], [3, 2], [3, 2], [2], [2]])
    let bytes = Safetensors.encode(model.tensors)
    let again = try RegimeModel(tensors: Safetensors.decode(bytes, file: "m"))
    #expect(again == model)
    #expect(Safetensors.encode(again.tensors) == bytes)
  }

  @Test func `a regime model keeps the names it is given`() throws {
    let model = try regime()
    let names = ["bear", "neutral", "bull"]
    #expect(try RegimeModel(tensors: model.tensors, names: names).names == names)
    #expect(throws: BundleError.self) {
      try RegimeModel(tensors: model.tensors, names: ["bear", "bull"])
    }
  }

  @Test(
    arguments: [
      (CovarianceType.diagonal, "hmm.variances", [3, 2]), (.full, "hmm.covariances", [3, 2, 2]),
      (.tied, "hmm.covariance", [2, 2]), (.spherical, "hmm.variances", [3]),
    ])
  func `covariances of every type come back with their bits, under the name of their shape`(
    type: CovarianceType, name: String, shape: [Int]
  ) throws {
    let model = try regime(type)
    #expect(model.hmm.covariance.type == type)
    #expect(
      model.tensors.map(\.name) == [
        "hmm.start", "hmm.transition", "hmm.means", name, "hmm.scaler.mean", "hmm.scaler.scale",
      ])
    let stored = try #require(model.tensors.first { $0.name == name })
    #expect(stored.shape == shape)
    #expect(stored.values == .float64(model.hmm.covariance.values))
    let bytes = Safetensors.encode(model.tensors)
    let again = try RegimeModel(tensors: Safetensors.decode(bytes, file: "m"))
    #expect(again == model)
    #expect(Safetensors.encode(again.tensors) == bytes)
  }

  @Test func `the order by mean comes back with its names`() throws {
    for states in 1...4 {
      var options = HMMFitOptions()
      options.states = states
      options.order = .mean(column: 0)
      let data = GeneratedRegimes.volatility(count: 500, seed: 2)
      let model = try RegimeModel.fit(
        data.x, options: options, random: CounterRandom(seed: 1, path: [])
      ).model
      let bytes = Safetensors.encode(model.tensors)
      let again = try RegimeModel(tensors: Safetensors.decode(bytes, file: "m"))
      #expect(again == model && again.names == options.order.names(states))
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func `covariances of another shape, or that are none, are refused by name`(
    type: CovarianceType
  ) throws {
    let good = try regime(type).tensors
    func refusal(_ change: (StoredTensor) -> StoredTensor) -> String {
      do throws(BundleError) {
        _ = try RegimeModel(
          tensors: good.map {
            $0.name.hasPrefix("hmm.co") || $0.name == "hmm.variances" ? change($0) : $0
          })
        return ""
      } catch {
        return error.description
      }
    }
    #expect(refusal { $0 }.isEmpty)
    let name = good.map(\.name).first { $0.hasPrefix("hmm.co") } ?? "hmm.variances"
    // A state or a variable too few.
    for short in [[2, 2], [1, 1], [2], [2, 2, 2], [3, 1]] {
      let count = short.reduce(1, *)
      let refused = refusal { _ in
        StoredTensor(
          name: name, shape: short, values: .float64(Array(repeating: 1, count: count)))
      }
      // Two ones by two are no covariance either: it is singular.
      #expect(refused.contains(name) || refused.contains("hmm.*"), "\(short): \(refused)")
    }
    let refused = refusal { tensor in
      StoredTensor(
        name: name, shape: tensor.shape,
        values: .float64(Array(repeating: -1, count: tensor.values.count)))
    }
    #expect(refused.contains("not above 0") || refused.contains("not positive definite"))
  }

  @Test func `scaler and ridge come back with their bits`() throws {
    let scaler = StandardScaler(mean: [0.1, -1e-300], scale: [3, 1e-12])
    #expect(scaler.tensors().map(\.name) == ["scaler.mean", "scaler.scale"])
    #expect(try StandardScaler(tensors: scaler.tensors()) == scaler)
    let ridge = Ridge(intercept: -0.1, weights: [0.3, 1e-9, -7], penalty: 0.01)
    #expect(
      Set(ridge.tensors.map(\.name)) == ["ridge.intercept", "ridge.weights", "ridge.penalty"])
    #expect(try Ridge(tensors: ridge.tensors + scaler.tensors()) == ridge)
  }

  @Test func `a scaler or ridge of other columns is refused by name`() throws {
    func refusal(_ read: () throws -> Void) -> String? {
      do {
        try read()
        return nil
      } catch {
        return "\(error)"
      }
    }
    let scaler = StandardScaler(mean: [0, 1], scale: [1, 2]).tensors()
    #expect(refusal { _ = try StandardScaler(tensors: scaler, columns: 2) } == nil)
    let short = try #require(
      refusal { _ = try StandardScaler(tensors: scaler, columns: 19) })
    #expect(short.contains("scaler.mean: its shape is [2], not 19"))
    let ridge = Ridge(intercept: 0, weights: [1, 2, 3], penalty: 1).tensors
    #expect(refusal { _ = try Ridge(tensors: ridge, columns: 3) } == nil)
    let long = try #require(refusal { _ = try Ridge(tensors: ridge, columns: 2) })
    #expect(long.contains("ridge.weights: its shape is [3], not 2"))
  }

  @Test func `a network's tensors go under their member`() throws {
    let weights = NamedTensor(name: "lstm.weight_ih_l0", shape: [2, 1], values: [1, -2])
    let stored = StoredTensor(weights, prefix: "member.0.")
    #expect(stored.name == "member.0.lstm.weight_ih_l0")
    let other = StoredTensor(weights, prefix: "member.1.")
    #expect(try [other, stored].namedTensors(prefix: "member.0.") == [weights])
    let double = StoredTensor(name: "member.0.x", shape: [], values: .float64([1]))
    #expect(throws: BundleError.self) { try [double].namedTensors(prefix: "member.0.") }
  }

  @Test func `tensors that are no model are refused by name`() throws {
    let good = try regime().tensors
    func refusal(_ change: (inout [StoredTensor]) -> Void) -> String? {
      var tensors = good
      change(&tensors)
      do throws(BundleError) {
        _ = try RegimeModel(tensors: tensors)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(refusal { _ in } == nil)
    for index in good.indices {
      let name = good[index].name
      #expect(refusal { $0.remove(at: index) }?.contains("\(name): the bundle has none") == true)
      #expect(
        refusal { tensors in
          let count = good[index].values.count
          tensors[index] = StoredTensor(
            name: name, shape: good[index].shape,
            values: .float32(Array(repeating: 1, count: count)))
        }?.contains("\(name): it is float32") == true)
    }
    #expect(
      refusal { $0[2] = StoredTensor(name: "hmm.means", shape: [6], values: $0[2].values) }?
        .contains("hmm.means: its shape is [6], not 3 x 2") == true)
    #expect(
      refusal {
        $0[0] = StoredTensor(name: "hmm.start", shape: [3], values: .float64([1, .nan, 0]))
      }?.contains("hmm.start: it holds a number that is not finite") == true)
    #expect(
      refusal {
        $0[0] = StoredTensor(name: "hmm.start", shape: [3], values: .float64([0.5, 0.2, 0.2]))
      }?.contains("start is no distribution") == true)
    #expect(
      refusal {
        $0[5] = StoredTensor(name: "hmm.scaler.scale", shape: [2], values: .float64([1, 0]))
      }?.contains("a scale is not above 0") == true)
    #expect(
      refusal {
        $0[3] = StoredTensor(
          name: "hmm.variances", shape: [3, 2], values: .float64([1, 1, 1, 1, -1, 1]))
      }?.contains("a variance is not above 0") == true)
    #expect(refusal { $0.removeAll() }?.contains("regimefolio train PORTFOLIO") == true)
  }

  @Test func `tensors are equal by their bits`() {
    func tensor(_ value: Double) -> StoredTensor {
      StoredTensor(name: "x", shape: [], values: .float64([value]))
    }
    #expect(tensor(.nan) == tensor(.nan))
    #expect(tensor(0) != tensor(-0.0))
    #expect(
      StoredTensor(name: "x", shape: [], values: .float32([1])) != tensor(1))
  }
}
