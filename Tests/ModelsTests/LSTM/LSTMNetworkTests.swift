import Kernels
import Models
import Testing

@Suite struct LSTMNetworkTests {
  private func network(_ shape: LSTMShape, seed: UInt64 = 1) -> LSTMNetwork {
    var random = CounterRandom(seed: seed, path: ["network"])
    return LSTMNetwork(shape: shape, using: &random)
  }

  @Test func `tensors have PyTorch's names and shapes`() {
    let shape = LSTMShape(inputs: 5, hidden: 8, layers: 2, regimes: 3, headHidden: 16)
    let tensors = network(shape).tensors
    #expect(
      tensors.map(\.name) == [
        "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0",
        "lstm.weight_ih_l1", "lstm.weight_hh_l1", "lstm.bias_ih_l1", "lstm.bias_hh_l1",
        "head.0.weight", "head.0.bias", "head.2.weight", "head.2.bias",
      ])
    #expect(
      tensors.map(\.shape) == [
        [32, 5], [32, 8], [32], [32], [32, 8], [32, 8], [32], [32], [16, 11], [16], [1, 16], [1],
      ])
    let linear = LSTMShape(inputs: 5, hidden: 8, regimes: 3, headHidden: 0)
    #expect(network(linear).tensors.suffix(2).map(\.name) == ["head.weight", "head.bias"])
    #expect(network(linear).tensors.suffix(2).map(\.shape) == [[1, 11], [1]])
    #expect(linear.parameterCount == network(linear).tensors.map(\.values.count).reduce(0, +))
  }

  @Test(arguments: [0, 16])
  func `weights start inside PyTorch's bounds and the last layer near zero`(headHidden: Int) {
    let shape = LSTMShape(inputs: 7, hidden: 25, layers: 2, regimes: 3, headHidden: headHidden)
    let tensors = network(shape).tensors
    for tensor in tensors where tensor.name.hasPrefix("lstm.") {
      #expect(tensor.values.allSatisfy { abs($0) <= 0.2 })
      #expect(tensor.values.contains { abs($0) > 0.15 })
    }
    let last = tensors.suffix(2).flatMap(\.values)
    #expect(last.allSatisfy { abs($0) <= 0.01 / 4 })
    #expect(last.last == 0)
    #expect(Set(last).count > 10)
  }

  @Test func `another seed draws other weights, the same seed the same`() {
    let shape = LSTMShape(inputs: 3, hidden: 4, regimes: 2, headHidden: 4)
    #expect(network(shape) == network(shape))
    #expect(network(shape) != network(shape, seed: 2))
  }

  @Test func `tensors round-trip in any order`() throws {
    let shape = LSTMShape(inputs: 3, hidden: 4, layers: 3, regimes: 2, headHidden: 4)
    let original = network(shape)
    #expect(try LSTMNetwork(shape: shape, tensors: original.tensors.reversed()) == original)
  }

  @Test func `wrong tensors are refused with their names`() {
    let shape = LSTMShape(inputs: 3, hidden: 2, regimes: 1, headHidden: 0)
    let good = network(shape).tensors
    func error(_ tensors: [NamedTensor]) -> LSTMError? {
      do throws(LSTMError) {
        _ = try LSTMNetwork(shape: shape, tensors: tensors)
        return nil
      } catch { return error }
    }
    #expect(error(good) == nil)
    #expect(error(Array(good.dropLast())) == .missingTensor(name: "head.bias"))
    #expect(error(good + [good[1]]) == .unexpectedTensor(name: "lstm.weight_hh_l0"))
    let foreign = NamedTensor(name: "lstm.weight_ih_l1", shape: [1], values: [0])
    #expect(error(good + [foreign]) == .unexpectedTensor(name: "lstm.weight_ih_l1"))
    let turned = NamedTensor(
      name: "lstm.weight_ih_l0", shape: [3, 8], values: good[0].values)
    #expect(
      error([turned] + good.dropFirst())
        == .tensorShape(name: "lstm.weight_ih_l0", expected: [8, 3], found: [3, 8]))
    let bad = NamedTensor(name: "head.bias", shape: [1], values: [.infinity])
    #expect(error(good.dropLast() + [bad]) == .nonFiniteWeight(name: "head.bias"))
    #expect(
      error(Array(good.dropLast()))?.description
        == "tensor head.bias is missing: the weights belong to another network shape")
  }
}
