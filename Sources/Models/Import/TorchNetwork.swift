/// Networks out of a PyTorch state dictionary, or out of a bundle's `model.safetensors`.
extension ImportedTensors {
  private static let scalerNames = ["scaler.mean", "scaler.scale"]

  /// Returns the networks of the file: one, or those named `member.0.`, `member.1.`, ... as bundles
  /// name them.
  ///
  /// The LSTM is found by its tensor `weight_ih_l0`, whatever module holds it. What else there is must
  /// be one or two `torch.nn.Linear` under any names, told apart by their shapes: a plain head [units +
  /// regimes -> 1], or one with a hidden layer and a ReLU between. A head that reads the units alone
  /// gets a zero weight for each regime, which forecasts the same.
  /// - Parameter regimes: the probabilities that the node gives the head.
  public func networks(regimes: Int) throws(ModelImportError) -> [LSTMNetwork] {
    guard tensors.contains(where: { $0.name.hasPrefix("member.") }) else {
      return [try network(regimes: regimes)]
    }
    var networks: [LSTMNetwork] = []
    while true {
      let member = part("member.\(networks.count).")
      if member.tensors.isEmpty { break }
      networks.append(try member.network(regimes: regimes))
    }
    guard !networks.isEmpty else {
      throw .missing(
        file: file, tensor: "member.0.lstm.weight_ih_l0", hint: "members count from 0")
    }
    return networks
  }

  private func network(regimes: Int) throws(ModelImportError) -> LSTMNetwork {
    let lstm = try lstmPrefix()
    let layers = try layerCount(lstm)
    let recurrent = try float32(
      lstm + "weight_hh_l0", hint: "an LSTM layer has weight_ih, weight_hh, bias_ih and bias_hh")
    guard recurrent.shape.count == 2 else {
      throw .shape(
        file: file, tensor: recurrent.name, found: recurrent.shape, expected: "[4 units, units]")
    }
    let hidden = recurrent.shape[1]
    guard LSTMShape.hiddenUnits.contains(hidden) else {
      let most = LSTMShape.hiddenUnits.upperBound
      throw .shape(
        file: file, tensor: recurrent.name, found: recurrent.shape,
        expected: "[4 units, units] of at most \(most) units")
    }
    let first = try float32(lstm + "weight_ih_l0", hint: "")
    guard first.shape.count == 2, first.shape[1] > 0 else {
      throw .shape(
        file: file, tensor: first.name, found: first.shape, expected: "[4 units, inputs]")
    }
    var named: [NamedTensor] = []
    for layer in 0..<layers {
      let inputs = layer == 0 ? first.shape[1] : hidden
      for (part, columns) in [
        ("weight_ih", inputs), ("weight_hh", hidden), ("bias_ih", nil), ("bias_hh", nil),
      ] {
        named.append(
          try gates(lstm, "\(part)_l\(layer)", hidden: hidden, columns: columns))
      }
    }
    let head = try head(after: lstm, hidden: hidden, regimes: regimes)
    let shape = LSTMShape(
      inputs: first.shape[1], hidden: hidden, layers: layers, regimes: regimes,
      headHidden: head.width)
    do {
      return try LSTMNetwork(shape: shape, tensors: named + head.tensors)
    } catch {
      throw .noModel(file: file, reason: "\(error)")
    }
  }

  /// What stands before `weight_ih_l0`: `lstm.`, or nothing where the file is of the LSTM alone.
  private func lstmPrefix() throws(ModelImportError) -> String {
    let key = "weight_ih_l0"
    let found = tensors.filter { $0.name.hasSuffix(key) }
    guard let only = found.first else {
      throw .missing(
        file: file, tensor: key,
        hint: "save the state_dict() of a module that holds a torch.nn.LSTM")
    }
    guard found.count == 1 else {
      throw .unexpected(
        file: file, tensor: found[1].name, hint: "a network has one LSTM, this file has more")
    }
    return String(only.name.dropLast(key.count))
  }

  private func layerCount(_ lstm: String) throws(ModelImportError) -> Int {
    var layers = 1
    while contains("\(lstm)weight_ih_l\(layers)") { layers += 1 }
    guard layers <= 3 else {
      throw .unexpected(
        file: file, tensor: "\(lstm)weight_ih_l3", hint: "an LSTM has 1 to 3 layers here")
    }
    for (ending, what) in [("_reverse", "bidirectional"), ("weight_hr_l0", "projected")] {
      if let tensor = tensors.first(where: { $0.name.hasPrefix(lstm) && $0.name.hasSuffix(ending) })
      {
        throw .unexpected(
          file: file, tensor: tensor.name, hint: "\(what) LSTMs are not supported")
      }
    }
    return layers
  }

  /// A tensor of one LSTM layer under our name, its shape checked.
  private func gates(
    _ lstm: String, _ name: String, hidden: Int, columns: Int?
  ) throws(ModelImportError) -> NamedTensor {
    let tensor = try float32(
      lstm + name,
      hint: name.hasPrefix("bias")
        ? "an LSTM with bias=False is not supported" : "every layer has four tensors")
    let rows = tensor.shape.first ?? 0
    guard rows == 4 * hidden else {
      throw .gates(file: file, tensor: tensor.name, rows: rows, units: hidden)
    }
    let expected = [4 * hidden] + (columns.map { [$0] } ?? [])
    guard tensor.shape == expected else {
      throw .shape(file: file, tensor: tensor.name, found: tensor.shape, expected: "\(expected)")
    }
    return NamedTensor(name: "lstm." + name, shape: tensor.shape, values: tensor.values)
  }

  /// The linear layers beside the LSTM, under our names.
  private func head(
    after lstm: String, hidden: Int, regimes: Int
  ) throws(ModelImportError) -> (width: Int, tensors: [NamedTensor]) {
    let rest = tensors.map(\.name).filter { name in
      !ImportedTensors.scalerNames.contains(name)
        && !(name.hasPrefix(lstm) && isLSTMTensor(name.dropFirst(lstm.count)))
    }
    let hint = "beside the LSTM there are one or two torch.nn.Linear, each with weight and bias"
    var layers: [(weight: NamedTensor, bias: NamedTensor)] = []
    for name in rest.sorted() {
      if name.hasSuffix("bias"), rest.contains(String(name.dropLast(4)) + "weight") { continue }
      guard name.hasSuffix("weight") else {
        throw .unexpected(file: file, tensor: name, hint: hint)
      }
      let weight = try float32(name, hint: hint)
      let bias = try float32(String(name.dropLast(6)) + "bias", hint: hint)
      guard weight.shape.count == 2 else {
        throw .shape(
          file: file, tensor: name, found: weight.shape, expected: "[outputs, inputs]")
      }
      guard bias.shape == [weight.shape[0]] else {
        throw .shape(
          file: file, tensor: bias.name, found: bias.shape, expected: "[\(weight.shape[0])]")
      }
      layers.append((weight, bias))
    }
    guard let only = layers.first else {
      throw .missing(file: file, tensor: "head.weight", hint: hint)
    }
    guard layers.count <= 2 else {
      throw .unexpected(
        file: file, tensor: layers[2].weight.name,
        hint: "\(layers.count) linear layers are too many for a head: it has one or two")
    }
    if layers.count == 1 {
      return (0, try linear(only, "head", inputs: hidden, regimes: regimes, outputs: 1))
    }
    let isReversed = layers[0].weight.shape[0] == 1 && layers[1].weight.shape[0] != 1
    let (first, last) = isReversed ? (layers[1], layers[0]) : (layers[0], layers[1])
    let width = first.weight.shape[0]
    return (
      width,
      try linear(first, "head.0", inputs: hidden, regimes: regimes, outputs: width)
        + linear(last, "head.2", inputs: width, regimes: 0, outputs: 1)
    )
  }

  private func isLSTMTensor(_ name: Substring) -> Bool {
    ["weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l"].contains { name.hasPrefix($0) }
  }

  /// A linear layer under our name; without columns for the regimes they are zero.
  private func linear(
    _ layer: (weight: NamedTensor, bias: NamedTensor), _ name: String, inputs: Int, regimes: Int,
    outputs: Int
  ) throws(ModelImportError) -> [NamedTensor] {
    let (rows, columns) = (layer.weight.shape[0], layer.weight.shape[1])
    guard rows == outputs, columns == inputs || columns == inputs + regimes else {
      let regimeText = regimes > 0 ? " or [\(outputs), \(inputs)]" : ""
      throw .shape(
        file: file, tensor: layer.weight.name, found: layer.weight.shape,
        expected: "[\(outputs), \(inputs + regimes)] (\(inputs) units, \(regimes) regimes)"
          + regimeText)
    }
    let zeros = [Float](repeating: 0, count: inputs + regimes - columns)
    let values = (0..<rows).flatMap { row in
      layer.weight.values[row * columns..<(row + 1) * columns] + zeros
    }
    return [
      NamedTensor(name: "\(name).weight", shape: [rows, inputs + regimes], values: values),
      NamedTensor(name: "\(name).bias", shape: [rows], values: layer.bias.values),
    ]
  }
}

extension LSTMNetwork {
  /// Returns the network for regimes in another order: its column k is the old `permutation[k]`, so
  /// that it forecasts the same from probabilities that were permuted alike.
  public func permutingRegimes(_ permutation: [Int]) -> LSTMNetwork {
    precondition(permutation.sorted() == Array(0..<shape.regimes), "a permutation of the regimes")
    let name = shape.headHidden == 0 ? "head.weight" : "head.0.weight"
    guard let slot = shape.parameterSlots.first(where: { $0.name == name }) else { return self }
    var parameters = parameters
    for row in 0..<slot.shape[0] {
      let first = slot.range.lowerBound + row * slot.shape[1] + shape.hidden
      let old = Array(parameters[first..<first + shape.regimes])
      for (k, from) in permutation.enumerated() { parameters[first + k] = old[from] }
    }
    return LSTMNetwork(shape: shape, parameters: parameters)
  }
}
