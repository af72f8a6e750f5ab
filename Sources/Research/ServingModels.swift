import Foundation
import Kernels
import Market
public import Models
public import SignalGraph
public import Signals

/// The models that serve now, with what their forecasts have earned.
public struct ServingModels: Sendable {
  public struct Node: Sendable {
    public var id: String
    public var model: NodeModel
    public var calibration: Calibration
    /// Sizes that the record has earned for the regimes; nil where they are not learned.
    public var sizes: [Double]?
    /// Close of the last bar that the models saw.
    public var trainedTo: Timestamp
    /// Whether the states of its regime model explain its training window hardly better than one
    /// Gaussian does.
    public var isRegimeDegenerate: Bool
  }

  public let nodes: [NodeKey: Node]

  /// The file beside imported models, which have no record.
  private static let unproven = "gate.json"

  /// The file beside models trained here: portfolios that cut history otherwise share the models, and
  /// each has its own record of them.
  private static func sidecar(_ recordKey: String) -> String { "gate-\(recordKey).json" }

  /// The records whose gates stand beside a bundle, and whether one does that is of no record, as beside
  /// imported models. A bundle that has never served has none of either.
  private static func gates(
    _ key: NodeKey, id: String, store: ModelStore
  ) throws -> (records: [String], isUnproven: Bool) {
    let names = try store.sidecars(key.symbol, key.timeframe, id: id)
    let records = names.filter { $0.hasPrefix("gate-") && $0.hasSuffix(".json") }
    return (
      records.map { String($0.dropFirst("gate-".count).dropLast(".json".count)) }
        .filter(ModelStore.isID),
      names.contains(unproven)
    )
  }

  /// The id of the bundle that serves a node of a portfolio: the one that was made to serve portfolios of
  /// its record; where there is none, as in a folder of an earlier version, the one that was made to serve
  /// last. Nil where nothing serves.
  public static func id(
    _ key: NodeKey, of portfolio: Portfolio, store: ModelStore
  ) throws -> String? {
    let record = portfolio.recordKey(key.timeframe)
    return try store.active(key.symbol, key.timeframe, record: record)
      ?? store.active(key.symbol, key.timeframe)
  }

  /// Makes a bundle serve all portfolios whose record it has the gate of; an imported one, which has no
  /// record, serves all of its node.
  /// - Returns: whether it could: the models of a backtest's fold have no gate.
  public static func activate(_ key: NodeKey, id: String, store: ModelStore) throws -> Bool {
    let gates = try gates(key, id: id, store: store)
    guard gates.isUnproven || !gates.records.isEmpty else { return false }
    let records =
      gates.isUnproven ? try store.activeRecords(key.symbol, key.timeframe) : gates.records
    for record in records {
      try store.activate(key.symbol, key.timeframe, id: id, record: record)
    }
    try store.activate(key.symbol, key.timeframe, id: id)
    return true
  }

  /// Makes a plan's serving models the active ones of its portfolio's record, and writes down what the
  /// record says of them.
  /// - Parameter skill: the record of the plan's folds.
  public static func activate(
    _ plan: TrainingPlan, skill: SkillHistory, store: ModelStore
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for job in plan.jobs where job.fold.kind == .serving {
      guard let recordKey = skill.keys[job.timeframe] else {
        preconditionFailure("the record is of another plan")
      }
      let sidecar = sidecar(recordKey)
      let gate = try encoder.encode(
        GateFile(
          skill.earned(job.timeframe, of: job.fold),
          sizes: skill.regimeSizes(job.timeframe, of: job.fold)))
      for request in job.requests {
        let key = request.key
        try store.writeSidecar(sidecar, gate, key.symbol, key.timeframe, id: request.id)
        for record in [recordKey, nil] {
          if try activeID(key, record, store) == request.id { continue }
          try store.activate(key.symbol, key.timeframe, id: request.id, record: record)
        }
      }
    }
  }

  /// Makes an imported bundle the one that serves a portfolio's node. Its forecasts have no record here, so
  /// the gate is shut; `forecast.gate: off` lets them count all the same.
  public static func activateUnproven(
    _ key: NodeKey, id: String, of portfolio: Portfolio, store: ModelStore
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let gate = try encoder.encode(GateFile(Calibration(verdict: .cannotTell, weight: 0)))
    try store.writeSidecar(unproven, gate, key.symbol, key.timeframe, id: id)
    for record in [portfolio.recordKey(key.timeframe), nil] {
      try store.activate(key.symbol, key.timeframe, id: id, record: record)
    }
  }

  /// The id of the bundle that serves; a damaged file is as good as none, for it is about to be replaced.
  private static func activeID(
    _ key: NodeKey, _ record: String?, _ store: ModelStore
  ) throws -> String? {
    do {
      return try store.active(key.symbol, key.timeframe, record: record)
    } catch BundleError.damaged {
      return nil
    }
  }

  /// Reads the models that serve a portfolio's nodes.
  /// - Parameter file: what a command takes to find the portfolio, for messages.
  /// - Throws: `ResearchError` when one is missing, was trained with other settings or has no record under
  ///   these.
  public init(
    _ portfolio: Portfolio, file: String? = nil, plan: TrainingPlan, store: ModelStore
  ) throws {
    let file = file ?? portfolio.name
    // Without any model all would be sold.
    try plan.requireServing()
    var nodes: [NodeKey: Node] = [:]
    for job in plan.jobs where job.fold.kind == .serving {
      for request in job.requests {
        let key = request.key
        guard let id = try ServingModels.id(key, of: portfolio, store: store) else {
          throw ResearchError.noServingModel(key, portfolio: file)
        }
        let bundle = try store.read(key.symbol, key.timeframe, id: id)
        if let difference = request.firstDifference(from: bundle.manifest.spec) {
          throw ResearchError.servingModelDiffers(
            key, setting: difference, portfolio: file)
        }
        guard let trainedTo = Timestamp(iso: bundle.manifest.training.to) else {
          throw ResearchError.noServingModel(key, portfolio: file)
        }
        let model = try NodeModel(bundle)
        let name =
          bundle.manifest.importedParts == nil
          ? ServingModels.sidecar(portfolio.recordKey(key.timeframe)) : ServingModels.unproven
        guard let data = try store.readSidecar(name, key.symbol, key.timeframe, id: id) else {
          throw try ServingModels.gates(key, id: id, store: store).records.isEmpty
            ? ResearchError.noServingModel(key, portfolio: file)
            : ResearchError.gateOfOtherSettings(key, portfolio: file)
        }
        let gate = try GateFile.read(data, key: key, file: name, portfolio: file)
        let isSized = portfolio.learnsSizes(of: key.timeframe)
        if isSized, gate.sizes == nil {
          throw ResearchError.noLearnedSizes(key, portfolio: file)
        }
        nodes[key] = Node(
          id: id, model: model,
          calibration: model.forecast == nil
            ? Calibration(verdict: .noForecast, weight: 0)
            : gate.under(portfolio.forecast.gate),
          sizes: isSized ? gate.sizes : nil,
          trainedTo: trainedTo, isRegimeDegenerate: bundle.manifest.isRegimeDegenerate)
      }
    }
    self.nodes = nodes
  }
}

/// `gate-KEY.json`: what the out-of-sample record said when the models were made, under its own hash, for
/// it scales bets.
private struct GateFile: Codable {
  var verdict: String
  var weight: Double
  var slope: Double?
  var t: Double?
  var pairs: Int
  var effectivePairs: Double
  var times: Int
  /// Of the regime's states, where they are learned.
  var sizes: [Double]?
  var sha256: String

  init(_ calibration: Calibration, sizes: [Double]? = nil) {
    verdict = calibration.verdict.rawValue
    weight = calibration.weight
    slope = calibration.slope
    t = calibration.t
    pairs = calibration.pairs
    effectivePairs = calibration.effectivePairs
    times = calibration.times
    self.sizes = sizes
    sha256 = ""
    sha256 = digest
  }

  private var digest: String {
    var sha = SHA256()
    sha.update(verdict)
    for value in [weight, slope ?? .infinity, t ?? .infinity, effectivePairs] { sha.update(value) }
    sha.update(Int64(pairs))
    sha.update(Int64(times))
    for size in sizes ?? [] { sha.update(size) }
    return sha.hex()
  }

  static func read(
    _ data: Data, key: NodeKey, file: String, portfolio: String
  ) throws -> GateFile {
    let gate: GateFile
    do {
      gate = try JSONDecoder().decode(GateFile.self, from: data)
    } catch {
      throw ResearchError.gateDamaged(key, file: file, portfolio: portfolio)
    }
    guard gate.sha256 == gate.digest, Calibration.Verdict(rawValue: gate.verdict) != nil else {
      throw ResearchError.gateDamaged(key, file: file, portfolio: portfolio)
    }
    return gate
  }

  func under(_ gate: ForecastSettings.Gate) -> Calibration {
    let verdict = Calibration.Verdict(rawValue: verdict) ?? .cannotTell
    return Calibration(
      verdict: verdict, weight: weight, slope: slope, t: t, pairs: pairs,
      effectivePairs: effectivePairs, times: times
    ).under(gate)
  }
}
