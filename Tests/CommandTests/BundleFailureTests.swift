import Foundation
import Testing

extension TrainedPortfolioTests {
  /// Damaged or missing model files: refused with their path, and `train` makes them again.
  @Suite struct BundleFailureTests {
    private let place: Workplace
    /// The folder of the bundle that serves BTC 1h.
    private let bundle: String

    init() throws {
      place = try TrainedPortfolio.copy()
      let id = try place.read("models/BTC/1h/active").trimmingCharacters(
        in: .whitespacesAndNewlines)
      bundle = "models/BTC/1h/\(id)"
    }

    private func expectRefused(_ file: String) throws {
      for command in ["allocate", "backtest"] {
        expectFailure(
          try place.run(command, "pair.yaml"), naming: file, "damaged", "regimefolio train")
      }
      let list = try place.run("models", "list")
      #expect(list.status == 1 && list.errors.contains(file), "\(list.testDescription)")
      expectFailure(try place.run("models", "show", "BTC", "1h"), naming: file, "damaged")
    }

    private func expectMended() throws {
      let before = try TrainedPortfolio.place.files(in: "models")
      let run = try place.good("train", "pair.yaml", "--json")
      #expect(try run.object()["trained"] as? Int == 1)
      let after = try place.files(in: "models")
      for (path, bytes) in before where path.hasSuffix("model.safetensors") {
        #expect(after[path] == bytes, "\(path)")
      }
      try place.good("allocate", "pair.yaml")
    }

    @Test func `truncated tensors are refused by every command and trained again`() throws {
      let file = "\(bundle)/model.safetensors"
      try Data(contentsOf: place.url(file)).prefix(700).write(to: place.url(file))
      try expectRefused(file)
      try expectMended()
    }

    @Test(arguments: [9, 400, -1])
    func `one flipped bit in the tensors is refused`(position: Int) throws {
      let file = "\(bundle)/model.safetensors"
      var bytes = try Data(contentsOf: place.url(file))
      bytes[position >= 0 ? position : bytes.count + position] ^= 0x01
      try bytes.write(to: place.url(file))
      try expectRefused(file)
      try expectMended()
    }

    @Test func `a changed manifest is refused`() throws {
      let file = "\(bundle)/manifest.json"
      let text = try place.read(file)
      let changed = text.replacing("return_20", with: "return_21", maxReplacements: 1)
      try #require(changed != text)
      try place.write(changed, to: file)
      try expectRefused(file)
      try expectMended()
    }

    @Test func `a damaged file of what serves is refused, and train does as the message says`()
      throws
    {
      let good = try place.read("models/BTC/1h/active")
      let names = try FileManager.default.contentsOfDirectory(
        atPath: place.url("models/BTC/1h").path)
      let own = try #require(names.first { $0.hasPrefix("active-") })
      for file in ["models/BTC/1h/\(own)", "models/BTC/1h/active"] {
        #expect(try place.read(file) == good)
        try place.write("garbage\n", to: file)
      }
      expectFailure(
        try place.run("allocate", "pair.yaml"), naming: "models/BTC/1h/\(own)",
        "regimefolio train")
      expectFailure(
        try place.run("models", "show", "BTC", "1h"), naming: "models/BTC/1h/active",
        "regimefolio train")
      try place.good("train", "pair.yaml")
      for file in ["models/BTC/1h/\(own)", "models/BTC/1h/active"] {
        #expect(try place.read(file) == good)
      }
    }

    @Test func `a damaged gate is refused and written anew`() throws {
      let names = try FileManager.default.contentsOfDirectory(atPath: place.url(bundle).path)
      let gate = try #require(names.first { $0.hasPrefix("gate-") })
      let good = try place.read("\(bundle)/\(gate)")
      let weight = try #require(good.firstMatch(of: /"weight":[0-9.e-]+/))
      var changed = good
      changed.replaceSubrange(weight.range, with: "\"weight\":0.999")
      try place.write(changed, to: "\(bundle)/\(gate)")
      expectFailure(
        try place.run("allocate", "pair.yaml"), naming: gate, "BTC 1h",
        "regimefolio train pair.yaml")
      try place.good("train", "pair.yaml")
      #expect(try place.read("\(bundle)/\(gate)") == good)
    }

    @Test func `a gate that other settings earned is refused, and train earns one beside it`()
      throws
    {
      let settings = ["--set", "split.inner_folds=0"]
      func allocate() throws -> ProgramRun {
        try place.bare(
          ["allocate", "pair.yaml"] + settings + ["--db", "bars.sqlite", "--models", "models"])
      }
      expectFailure(
        try allocate(), naming: "no gate of BTC 1h", "'split'",
        "`regimefolio train pair.yaml --set split.inner_folds=0`")
      let run = try place.good(["train", "pair.yaml", "--json"] + settings)
      #expect(try run.object()["trained"] as? Int == 0)
      #expect(try allocate().status == 0)
      try place.good("allocate", "pair.yaml")
    }

    @Test func `a fold's missing bundle stops the backtest, not the allocation`() throws {
      let active = bundle.split(separator: "/").last!
      let folds = try FileManager.default.contentsOfDirectory(
        atPath: place.url("models/BTC/1h").path
      ).filter { $0.count == 64 && $0 != active }
      try #require(folds.count == 4)
      try FileManager.default.removeItem(at: place.url("models/BTC/1h/\(folds[0])"))
      expectFailure(
        try place.run("backtest", "pair.yaml"), naming: "BTC 1h", "fold",
        "regimefolio train pair.yaml")
      try place.good("allocate", "pair.yaml")
      try expectMended()
      try place.good("backtest", "pair.yaml")
    }
  }
}
