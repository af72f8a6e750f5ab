import Kernels
import Models
import Testing

/// State dictionaries of PyTorch, told from those that cannot be taken over.
@Suite struct TorchNetworkTests {
  private static let file = "net.safetensors"

  /// A tensor of small different numbers.
  private static func tensor(_ name: String, _ shape: [Int]) -> StoredTensor {
    let count = shape.reduce(1, *)
    return StoredTensor(
      name: name, shape: shape,
      values: .float32((0..<count).map { Float(($0 * 7 + name.utf8.count) % 23 - 11) / 32 }))
  }

  private static func lstm(
    _ prefix: String, inputs: Int = 4, hidden: Int = 3, layers: Int = 1
  ) -> [StoredTensor] {
    (0..<layers).flatMap { layer in
      [
        tensor("\(prefix)weight_ih_l\(layer)", [4 * hidden, layer == 0 ? inputs : hidden]),
        tensor("\(prefix)weight_hh_l\(layer)", [4 * hidden, hidden]),
        tensor("\(prefix)bias_ih_l\(layer)", [4 * hidden]),
        tensor("\(prefix)bias_hh_l\(layer)", [4 * hidden]),
      ]
    }
  }

  private static func linear(_ name: String, _ outputs: Int, _ inputs: Int) -> [StoredTensor] {
    [tensor("\(name).weight", [outputs, inputs]), tensor("\(name).bias", [outputs])]
  }

  private static func networks(_ tensors: [StoredTensor], regimes: Int = 2) throws -> [LSTMNetwork]
  {
    try ImportedTensors(Safetensors.encode(tensors), file: file).networks(regimes: regimes)
  }

  private static func refusal(_ tensors: [StoredTensor], regimes: Int = 2) -> String? {
    do {
      _ = try networks(tensors, regimes: regimes)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func values(_ network: LSTMNetwork, _ name: String) -> [Float]? {
    network.tensors.first { $0.name == name }?.values
  }

  @Test(arguments: ["", "lstm.", "model.rnn."], ["fc", "head", "out.linear"])
  func `the LSTM and a linear head are found under any name`(prefix: String, head: String) throws {
    let tensors =
      TorchNetworkTests.lstm(prefix, layers: 2) + TorchNetworkTests.linear(head, 1, 5)
    let network = try #require(try TorchNetworkTests.networks(tensors).first)
    #expect(network.shape == LSTMShape(inputs: 4, hidden: 3, layers: 2, regimes: 2, headHidden: 0))
    for (name, original) in [
      ("lstm.weight_ih_l0", "\(prefix)weight_ih_l0"), ("lstm.bias_hh_l1", "\(prefix)bias_hh_l1"),
      ("head.weight", "\(head).weight"), ("head.bias", "\(head).bias"),
    ] {
      let stored = try #require(tensors.first { $0.name == original })
      #expect(stored.values == .float32(try #require(TorchNetworkTests.values(network, name))))
    }
  }

  @Test(arguments: [("a", "b"), ("b", "a")])
  func `the two layers of a head are told apart by their shapes`(
    first: String, last: String
  ) throws {
    let tensors =
      TorchNetworkTests.lstm("lstm.") + TorchNetworkTests.linear(first, 6, 5)
      + TorchNetworkTests.linear(last, 1, 6)
    let network = try #require(try TorchNetworkTests.networks(tensors).first)
    #expect(network.shape.headHidden == 6)
    let stored = try #require(tensors.first { $0.name == "\(first).weight" })
    #expect(
      stored.values == .float32(try #require(TorchNetworkTests.values(network, "head.0.weight"))))
  }

  @Test func `a head without regimes gets zeros for them, and forecasts the same`() throws {
    let bare = TorchNetworkTests.lstm("lstm.") + TorchNetworkTests.linear("head", 1, 3)
    let network = try #require(try TorchNetworkTests.networks(bare, regimes: 2).first)
    let alone = try #require(try TorchNetworkTests.networks(bare, regimes: 0).first)
    #expect(TorchNetworkTests.values(network, "head.weight")?.suffix(2) == [0, 0])
    let inputs = (0..<40).map { Float($0 % 9) / 4 - 1 }
    let regimes = (0..<20).map { Float($0 % 3) / 2 }
    let mode = ForecastMode.dense(chunk: 2, burnIn: 1)
    #expect(
      network.forecasts(inputs: inputs, regimes: regimes, mode: mode)
        == alone.forecasts(inputs: inputs, regimes: [], mode: mode))
  }

  @Test func `a bundle's own tensors come back, every member of the ensemble`() throws {
    let shape = LSTMShape(inputs: 4, hidden: 3, layers: 2, regimes: 2, headHidden: 5)
    var random = CounterRandom(seed: 1, path: ["import"])
    let members = (0..<3).map { _ in LSTMNetwork(shape: shape, using: &random) }
    var tensors = [StoredTensor(name: "hmm.start", shape: [1], values: .float64([1]))]
    for (index, member) in members.enumerated() {
      tensors += member.tensors.map { StoredTensor($0, prefix: "member.\(index).") }
    }
    #expect(try TorchNetworkTests.networks(tensors) == members)
  }

  @Test func `permuted regimes meet permuted weights`() throws {
    for headHidden in [0, 5] {
      let shape = LSTMShape(inputs: 2, hidden: 3, regimes: 3, headHidden: headHidden)
      var random = CounterRandom(seed: 4, path: ["permutation"])
      let network = LSTMNetwork(shape: shape, using: &random)
      let turned = network.permutingRegimes([2, 0, 1])
      let (name, rows) = headHidden == 0 ? ("head.weight", 1) : ("head.0.weight", 5)
      let old = try #require(TorchNetworkTests.values(network, name))
      let new = try #require(TorchNetworkTests.values(turned, name))
      for row in 0..<rows {
        #expect(new[row * 6..<row * 6 + 3] == old[row * 6..<row * 6 + 3])
        #expect(
          Array(new[row * 6 + 3..<row * 6 + 6])
            == [old[row * 6 + 5], old[row * 6 + 3], old[row * 6 + 4]])
      }
      #expect(turned.permutingRegimes([1, 2, 0]) == network)
    }
  }

  @Test(
    arguments: [
      [0x50, 0x4B, 0x03, 0x04, 0x14, 0, 0, 0, 0],
      [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9],
      [0x80, 0x05, 0x95, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func `N12: a pickle is refused as such`(bytes: [UInt8]) {
    #expect(throws: ModelImportError.pickle(file: "net.pt")) {
      try ImportedTensors(bytes, file: "net.pt")
    }
    #expect(ModelImportError.pickle(file: "net.pt").description.contains("safetensors"))
  }

  @Test func `what is no safetensors file says why, in one line`() {
    for bytes in [[], [1, 2, 3], Array("a text of some length".utf8)] as [[UInt8]] {
      do {
        _ = try ImportedTensors(bytes, file: "x")
        Issue.record("accepted \(bytes)")
      } catch {
        #expect(error.description.hasPrefix("x: no usable safetensors file: "))
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test func `each flaw is named with its tensor`() throws {
    let lstm = TorchNetworkTests.lstm("lstm.")
    let head = TorchNetworkTests.linear("head", 1, 5)
    func without(_ name: String) -> [StoredTensor] { (lstm + head).filter { $0.name != name } }
    func with(_ tensor: StoredTensor) -> [StoredTensor] { without(tensor.name) + [tensor] }
    let tensor = TorchNetworkTests.tensor
    let cases: [([StoredTensor], [String])] = [
      (head, ["weight_ih_l0 is missing", "torch.nn.LSTM"]),
      (without("lstm.weight_hh_l0"), ["lstm.weight_hh_l0 is missing"]),
      (without("lstm.bias_ih_l0"), ["lstm.bias_ih_l0 is missing", "bias=False"]),
      (without("head.bias"), ["head.bias is missing"]),
      (lstm, ["head.weight is missing"]),
      (
        with(tensor("lstm.weight_ih_l0", [9, 4])), ["weight_ih_l0", "9 rows", "4 x 3 = 12", "GRU"]
      ),
      (with(tensor("lstm.weight_ih_l0", [3, 4])), ["3 rows", "plain RNN"]),
      (with(tensor("lstm.bias_hh_l0", [12, 1])), ["bias_hh_l0", "[12, 1]", "[12]"]),
      (with(tensor("lstm.weight_hh_l0", [0, 1 << 62])), ["weight_hh_l0", "at most 256 units"]),
      (with(tensor("lstm.weight_hh_l0", [12, 0])), ["weight_hh_l0", "at most 256 units"]),
      (TorchNetworkTests.lstm("lstm.", inputs: 1, hidden: 257) + head, ["at most 256 units"]),
      (with(tensor("head.weight", [1, 7])), ["head.weight", "[1, 7]", "3 units, 2 regimes"]),
      (with(tensor("head.weight", [2, 5])), ["head.bias", "[1]", "[2]"]),
      (lstm + head + [tensor("lstm.weight_ih_l0_reverse", [12, 4])], ["bidirectional"]),
      (lstm + head + [tensor("lstm.weight_hr_l0", [2, 3])], ["projected"]),
      (lstm + head + [tensor("norm.running_mean", [3])], ["norm.running_mean", "torch.nn.Linear"]),
      (lstm + head + TorchNetworkTests.lstm("other."), ["other.weight_ih_l0", "one LSTM"]),
      (
        TorchNetworkTests.lstm("lstm.", layers: 4) + head, ["weight_ih_l3", "1 to 3 layers"]
      ),
      (
        lstm + head + TorchNetworkTests.linear("b", 5, 5) + TorchNetworkTests.linear("c", 5, 5),
        ["3 linear layers"]
      ),
      (
        with(StoredTensor(name: "head.bias", shape: [1], values: .float64([0]))),
        ["head.bias", "float64", "float32", ".float()"]
      ),
      (
        with(StoredTensor(name: "head.bias", shape: [1], values: .float32([.nan]))),
        ["head.bias", "not finite"]
      ),
    ]
    for (tensors, parts) in cases {
      let text = try #require(TorchNetworkTests.refusal(tensors), "\(parts)")
      #expect(text.hasPrefix("net.safetensors: ") && !text.contains("\n"), "\(text)")
      for part in parts { #expect(text.contains(part), "'\(part)' in: \(text)") }
    }
    #expect(TorchNetworkTests.refusal(lstm + head) == nil)
  }
}
