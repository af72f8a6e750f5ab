import Market
import Models
import Research
import SignalGraph
import Testing

/// Bundles whose hashes are right and whose content is not: refused by name, and trained again.
@Suite struct NodeModelBundleTests {
  private struct Trained: Sendable {
    let trial: Trial
    /// That serves BTC 1h.
    let bundle: ModelBundle
  }

  /// One node with every part that a bundle may have.
  private static let trained = Task {
    var portfolio = Portfolio.small(symbols: ["BTC"])
    portfolio.timeframes = [.init(timeframe: .h1, weight: 1)]
    portfolio.forecast.epochs = 1
    portfolio.variance.epochs = 1
    portfolio.split.folds = 1
    portfolio.split.innerFolds = 0
    let folder = TemporaryStore()
    let trial = try await Trial(training: portfolio, on: Laboratory.market, in: folder)
    let serving = trial.models.bundle(NodeKey("BTC", .h1), fold: trial.plan.folds.serving)
    let bundle = try folder.store.read("BTC", .h1, id: try #require(serving).id)
    return Trained(trial: trial, bundle: bundle)
  }

  struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What the refusal names.
    let entry: String
    let change: @Sendable (inout BundleManifest, inout [StoredTensor]) -> Void

    func applied(to bundle: ModelBundle) -> ModelBundle {
      var (manifest, tensors) = (bundle.manifest, bundle.tensors)
      change(&manifest, &tensors)
      return ModelBundle(manifest: manifest, tensors: tensors)
    }
  }

  private static func setting(_ key: String, _ value: String) -> Flaw {
    Flaw(testDescription: "\(key) = \(value)", entry: "manifest spec \(key)") { manifest, _ in
      manifest.spec[key] = value
    }
  }

  /// Tensors of another shape or of another number in every place; the first is named.
  private static func tensors(_ names: String..., shape: [Int] = [1], value: Double = 1) -> Flaw {
    Flaw(testDescription: "\(names[0]) \(shape) of \(value)", entry: names[0]) { _, tensors in
      tensors = tensors.map { tensor in
        guard names.contains(tensor.name) else { return tensor }
        return StoredTensor(
          name: tensor.name, shape: shape,
          values: .float64(Array(repeating: value, count: shape.reduce(1, *))))
      }
    }
  }

  static let settings: [Flaw] = [
    setting("forecast.hidden", "0"), setting("forecast.hidden", "-4"),
    setting("forecast.hidden", "257"), setting("forecast.hidden", "999999999999"),
    setting("forecast.hidden", "eight"), setting("forecast.hidden", "99999999999999999999"),
    setting("forecast.layers", "9"), setting("forecast.layers", "0"),
    setting("head.hidden", "-1"), setting("forecast.seeds", "-1"),
    setting("forecast.seeds", "0"), setting("forecast.chunk", "0"),
    setting("forecast.burn_in", "-1"), setting("model.max_gap", "-1"),
    setting("variance.hidden", "0"), setting("variance.head", "-1"),
    setting("variance.seeds", "-1"), setting("variance.seeds", "0"),
    setting("regime.states", "9"),
  ]

  static let numbers: [Flaw] = [
    tensors("ridge.weights", shape: [2]), tensors("scaler.mean", "scaler.scale", shape: [2]),
    tensors("scaler.mean", "scaler.scale", shape: [0]),
    tensors("variance.har.weights", shape: [2]),
    tensors("variance.scaler.mean", "variance.scaler.scale", shape: [0]),
    tensors("variance.har.level", shape: [], value: -900),
    tensors("variance.level", shape: [], value: 900),
    tensors("forecast.deviation", value: -1), tensors("forecast.deviation", value: 1e300),
    tensors("forecast.persistence", value: 1),
  ]

  static let parts: [Flaw] = [
    Flaw(testDescription: "an hmm of three variables", entry: "hmm.means") { _, tensors in
      tensors = tensors.map { tensor in
        let shape: [Int]
        switch tensor.name {
        case "hmm.means", "hmm.variances": shape = [3, 3]
        case "hmm.scaler.mean", "hmm.scaler.scale": shape = [3]
        default: return tensor
        }
        return StoredTensor(
          name: tensor.name, shape: shape,
          values: .float64(Array(repeating: 1, count: shape.reduce(1, *))))
      }
    },
    Flaw(testDescription: "three observations", entry: "hmm.means") { manifest, _ in
      manifest.spec["observations"] = "regime/1:[return_1,return_5,return_20]"
    },
    Flaw(testDescription: "a feature less", entry: "manifest features") { manifest, _ in
      manifest.features.removeLast()
    },
    Flaw(testDescription: "no features", entry: "manifest features") { manifest, _ in
      manifest.features = []
      manifest.spec["features"] = "features/1:"
    },
    Flaw(testDescription: "no timeframe", entry: "manifest timeframe") { manifest, _ in
      manifest.timeframe = "13m"
    },
  ]

  @Test(arguments: settings + numbers + parts)
  func `a flaw is refused by the bundle and its entry`(flaw: Flaw) async throws {
    let bundle = try await NodeModelBundleTests.trained.value.bundle
    let whole = try NodeModel(bundle)
    #expect(whole.forecast?.ridge != nil && whole.variance.method == .blend)
    do throws(BundleError) {
      _ = try NodeModel(flaw.applied(to: bundle))
      Issue.record("accepted")
    } catch {
      let text = error.description
      #expect(text.contains("\(flaw.entry) of BTC "), "\(text)")
      #expect(text.contains(bundle.manifest.id.prefix(12)), "\(text)")
    }
  }

  @Test func `a figure of the manifest that is no count is none`() async throws {
    let good = try await NodeModelBundleTests.trained.value.bundle.manifest
    var manifest = good
    for figure in [1e300, -1e300, 2.5] {
      manifest.metrics.inSample["regime.states"] = figure
      #expect(manifest.regimeStates == 3)
      #expect(manifest.isRegimeDegenerate == good.isRegimeDegenerate)
    }
  }

  /// The second is of another request, and could be run.
  static let unusable = [
    setting("forecast.hidden", "0"), setting("regime.restarts", "5"),
    tensors("variance.level", shape: [], value: 900),
  ]

  @Test(arguments: unusable)
  func `training takes a bundle that cannot run for none, and puts its own in its place`(
    flaw: Flaw
  ) async throws {
    let trained = try await NodeModelBundleTests.trained.value
    let (trial, bundle) = (trained.trial, trained.bundle)
    let folder = TemporaryStore()
    try folder.store.write(flaw.applied(to: bundle))
    let trainer = ModelTrainer(trial.portfolio, store: folder.store)
    #expect(trainer.missing(trial.plan).count == trial.plan.jobs.count)
    _ = try await trainer.train(trial.plan, tables: trial.tables, workers: 2) { _ in }
    #expect(try folder.store.read("BTC", .h1, id: bundle.manifest.id) == bundle)
    #expect(trainer.missing(trial.plan).isEmpty)
  }
}
