import Foundation
import Testing

extension TrainedPortfolioTests {
  /// `models export`, `trace` and `import`. That other programs read and write the same is proved by
  /// `make interop`.
  @Suite struct ModelInterchangeTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    /// A trace's columns by name; empty cells are nil.
    private func trace(_ arguments: String...) throws -> [String: [String]] {
      let run = try place.good(["models", "trace", "pair.yaml", "BTC", "4h"] + arguments)
      let rows = run.outputLines.map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let header = try #require(rows.first)
      var columns: [String: [String]] = [:]
      for (index, name) in header.enumerated() {
        columns[name] = rows.dropFirst().map { $0[index] }
      }
      return columns
    }

    @Test func `export writes what the bundle holds, and its forecast as a graph`() throws {
      let run = try place.good(
        "models", "export", "BTC", "4h", "--safetensors", "out/m.safetensors", "--onnx", "m.onnx",
        "--onnx-variance", "v.onnx")
      #expect(run.outputLines.count == 3 && run.outputLines.allSatisfy { $0.contains("wrote") })
      let id = try place.read("models/BTC/4h/active").trimmingCharacters(in: .newlines)
      let exported = try Data(contentsOf: place.url("out/m.safetensors"))
      let stored = try Data(contentsOf: place.url("models/BTC/4h/\(id)/model.safetensors"))
      // The numbers are those of the bundle; the header has metadata before them.
      func header(_ data: Data) -> Int {
        8 + data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      }
      #expect(exported.dropFirst(header(exported)) == stored.dropFirst(header(stored)))
      let text = String(decoding: exported.prefix(header(exported)).dropFirst(8), as: UTF8.self)
      for part in ["\"mode\":\"dense\"", "\"states\":\"calm,normal,turbulent\"", id, "return_1,"] {
        #expect(text.contains(part), "\(part)")
      }
      let graph = try Data(contentsOf: place.url("m.onnx"))
      for word in ["LSTM", "features", "networks", "h_next", "ridge.weights", id] {
        #expect(graph.range(of: Data(word.utf8)) != nil, "\(word)")
      }
      let variance = try Data(contentsOf: place.url("v.onnx"))
      for word in ["LSTM", "range_66", "networks", "h_next", "regression.weights", id] {
        #expect(variance.range(of: Data(word.utf8)) != nil, "\(word)")
      }
      expectUsageError(
        try place.run("models", "export", "BTC", "4h"), naming: "--onnx", of: "models export")
    }

    @Test func `a trace says what signals say`() throws {
      let columns = try trace()
      #expect(columns["network.0"] != nil && columns["network.1"] == nil)
      #expect(columns["observation.log_return"]?.first == "")
      #expect(columns["variance_reading.range_66"]?.filter(\.isEmpty).count == 65)
      let forecast = try #require(columns["forecast"])
      #expect(forecast.filter { !$0.isEmpty }.count > 500)
      let posterior = try (0..<3).map { try #require(columns["posterior.\($0)"]) }
      for row in forecast.indices where !posterior[0][row].isEmpty {
        let sum = try posterior.reduce(0) { $0 + (try #require(Double($1[row]))) }
        #expect(abs(sum - 1) < 1e-9)
      }
      try place.good("models", "trace", "pair.yaml", "BTC", "4h", "--csv", "trace.csv")
      let file = try place.read("trace.csv")
      #expect(file.split(separator: "\n").count == forecast.count + 1)
    }

    @Test func `an exported network comes back, serves alone and is gated`() throws {
      let before = try trace()
      try place.good("models", "export", "BTC", "4h", "--safetensors", "m.safetensors")
      let original = try place.read("models/BTC/4h/active")
      let run = try place.good(
        "models", "import", "pair.yaml", "BTC", "4h", "--lstm", "m.safetensors")
      let imported = try place.read("models/BTC/4h/active")
      #expect(imported != original && run.output.contains(imported.prefix(12)))
      let after = try trace()
      for column in ["network.0", "posterior.1", "input.return_1", "variance"] {
        #expect(after[column] == before[column], "\(column)")
      }
      // No ridge is averaged in: the network is the forecast.
      #expect(after["forecast"] != before["forecast"])
      for (network, forecast) in zip(
        try #require(after["network.0"]), try #require(after["forecast"]))
      where !forecast.isEmpty {
        #expect(Double(try #require(Float(network))) == Double(forecast))
      }
      let shown = try place.good("models", "show", "BTC", "4h").outputLines
      #expect(shown.contains("imported from another program: networks"))
      #expect(shown.contains("forecast: 1 network, 19 features"))
      let gate = try place.read(
        "models/BTC/4h/\(imported.trimmingCharacters(in: .newlines))/gate.json")
      #expect(gate.contains("cannot tell") && gate.contains("\"weight\":0"))
      try place.good("allocate", "pair.yaml")
      // The same import again is the same bundle; training puts its own back.
      try place.good(
        "models", "import", "pair.yaml", "BTC", "4h", "--lstm", "m.safetensors", "--base",
        String(original.prefix(12)))
      #expect(try place.read("models/BTC/4h/active") == imported)
      try place.good("train", "pair.yaml")
      #expect(try place.read("models/BTC/4h/active") == original)
    }

    /// A regime model of three states as hmmlearn's parameters come: float64 tensors, one after another.
    private func regimeFile() -> Data {
      let tensors: [(name: String, shape: [Int], values: [Double])] = [
        ("startprob", [3], [0.5, 0.25, 0.25]),
        ("transmat", [3, 3], [0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5]),
        ("means", [3, 2], [0, -5, 0, -4, 0, -3]),
        ("covars.diag", [3, 2], [1e-4, 0.1, 4e-4, 0.1, 2e-3, 0.1]),
      ]
      var entries: [String] = []
      var numbers = Data()
      for tensor in tensors {
        let begin = numbers.count
        for value in tensor.values {
          withUnsafeBytes(of: value.bitPattern.littleEndian) { numbers.append(contentsOf: $0) }
        }
        entries.append(
          "\"\(tensor.name)\":{\"dtype\":\"F64\",\"shape\":\(tensor.shape),"
            + "\"data_offsets\":[\(begin),\(numbers.count)]}")
      }
      let header = Data("{\(entries.joined(separator: ","))}".utf8)
      let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
      return Data(length) + header + numbers
    }

    @Test func `an imported regime model's variance is fitted to the window that training sees`()
      throws
    {
      try regimeFile().write(to: place.url("h.safetensors"))
      let settings = [
        "split.walk_forward=rolling", "split.window=60d", "forecast.min_bars=1000000",
        "variance.method=ewma",
      ].flatMap { ["--set", $0] }
      func decay(models: String) throws -> Substring {
        let run = try place.run("models", "show", "BTC", "4h", models: models)
        let line = run.outputLines.first { $0.hasPrefix("variance: ") }
        return try #require(line?.split(separator: " ").last, "\(run.testDescription)")
      }
      let ofAllHistory = try decay(models: "models")
      try place.good(["train", "pair.yaml"] + settings)
      let trained = try decay(models: "models")
      #expect(trained != ofAllHistory)
      let run = try place.bare(
        ["models", "import", "pair.yaml", "BTC", "4h", "--hmm", "h.safetensors"] + settings
          + ["--db", "bars.sqlite", "--models", "imported"])
      #expect(run.status == 0, "\(run.testDescription)")
      #expect(try decay(models: "imported") == trained)
    }

    @Test func `what an earlier import gave is still said to be imported`() throws {
      try regimeFile().write(to: place.url("h.safetensors"))
      try place.good("models", "export", "BTC", "4h", "--safetensors", "m.safetensors")
      func imported(_ arguments: String...) throws -> String? {
        try place.good(["models", "import", "pair.yaml", "BTC", "4h"] + arguments)
        return try place.good("models", "show", "BTC", "4h").outputLines
          .first { $0.hasPrefix("imported") }.map { String($0) }
      }
      #expect(
        try imported("--lstm", "m.safetensors") == "imported from another program: networks")
      let both = "imported from another program: networks and regimes"
      #expect(try imported("--hmm", "h.safetensors") == both)
      #expect(try imported("--lstm", "m.safetensors") == both)
    }

    @Test func `what cannot be imported says why, and what serves stays`() throws {
      let original = try place.read("models/BTC/4h/active")
      try place.good("models", "export", "BTC", "4h", "--safetensors", "m.safetensors")
      try Data([0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0, 0]).write(to: place.url("m.pt"))
      func refusal(_ arguments: String..., naming parts: String...) throws {
        let run = try place.bare(
          ["models", "import", "pair.yaml", "BTC", "4h"] + arguments
            + ["--db", "bars.sqlite", "--models", "models"])
        expectFailure(run, naming: parts[0], parts[1])
      }
      try refusal("--lstm", "m.pt", naming: "m.pt", "pickle")
      try refusal("--lstm", "none.safetensors", naming: "none.safetensors", "no such file")
      try refusal("--hmm", "m.safetensors", naming: "startprob", "export_hmmlearn.py")
      try refusal(
        "--lstm", "m.safetensors", "--set", "forecast.hidden=16", naming: "BTC 4h",
        "forecast.hidden")
      try refusal(
        "--lstm", "m.safetensors", "--lstm", "m.safetensors", naming: "networks: 2",
        "forecast.seeds")
      #expect(try place.read("models/BTC/4h/active") == original)
      expectFailure(
        try place.run("models", "import", "pair.yaml", "DOGE", "4h", "--lstm", "m.safetensors"),
        naming: "DOGE 4h")
      expectUsageError(
        try place.run("models", "import", "pair.yaml", "BTC", "4h"), naming: "--lstm",
        of: "models import")
    }
  }
}
