import Indicators
import Kernels
import Market
import Models
public import SignalGraph

/// All that a node's models depend on, in canonical words; its hash is the models' name.
///
/// The same request is never trained twice, on any machine. Allocation, gate, entry and exit settings
/// are not in it, so portfolios that differ in those alone share their models.
public struct ModelRequest: Sendable, Hashable {
  public let key: NodeKey
  /// `name=value` lines in a fixed order.
  public let specification: [String]
  /// The forecast's inputs, in order.
  let features: FeatureSpec

  /// - Parameters:
  ///   - window: what the fit may see.
  ///   - digests: of the bars up to the window's end of every series the models are trained on.
  ///   - parent: of the models whose networks these start from.
  init(
    _ portfolio: Portfolio, key: NodeKey, window: TrainingWindow, withForecast: Bool,
    withVariance: Bool, digests: [NodeKey: String], parent: ModelRequest? = nil
  ) {
    self.key = key
    features = portfolio.features.spec(for: key.timeframe)
    let regime = portfolio.regime
    let forecast = portfolio.forecast
    var lines = [
      "schema=\(ModelRequest.schema)",
      "numerics=\(numericsVersion)",
      "features=\(features.canonical)",
      "observations=\(regime.observations.canonical)",
      "symbol=\(key.symbol.name)",
      "timeframe=\(key.timeframe.name)",
      "window.from=\(window.from?.description ?? "start")",
      "window.train_to=\(window.trainTo)",
      "window.stop_from=\(window.stopFrom)",
      "window.to=\(window.to)",
      "seed=\(portfolio.seed)",
      "regime.states=\(regime.states)",
      "regime.restarts=\(regime.restarts)",
      "regime.iterations=\(regime.iterations)",
      "model.min_bars=\(portfolio.minimumBars)",
    ]
    if !window.shut.isEmpty {
      let stretches = window.shut.map { "\($0.lowerBound)..<\($0.upperBound)" }
      lines.append("window.shut=\(stretches.joined(separator: " "))")
    }
    // Written where they differ from the default alone, so that older models keep their names.
    if regime.covariance != .diagonal {
      lines.append("regime.covariance=\(regime.covariance.rawValue)")
    }
    if regime.order != .volatility { lines.append("regime.order=\(regime.order.rawValue)") }
    if withForecast {
      lines += [
        "model.max_gap=\(portfolio.maxGap)",
        "forecast.scope=\(forecast.scope.rawValue)",
        "forecast.mode=\(forecast.mode.rawValue)",
        "forecast.hidden=\(forecast.hidden)",
        "forecast.layers=\(forecast.layers)",
        "head.hidden=\(forecast.headHidden)",
        "forecast.dropout=\(forecast.dropout)",
        "forecast.weight_decay=\(forecast.weightDecay)",
        "forecast.rate=\(forecast.rate)",
        "forecast.clip=\(forecast.clipNorm)",
        "forecast.epochs=\(forecast.epochs)",
        "forecast.patience=\(forecast.patience)",
        "forecast.batch=\(forecast.batch)",
        "forecast.chunk=\(forecast.chunk)",
        "forecast.burn_in=\(forecast.burnIn)",
        "forecast.window=\(forecast.window)",
        "forecast.seeds=\(forecast.members(key.timeframe))",
        "forecast.target_clip=\(forecast.targetClip)",
        "forecast.ridge=\(forecast.ridge)",
      ]
      lines += ModelRequest.unusual(forecast)
      if let parent { lines.append("forecast.parent=\(parent.id)") }
    } else {
      lines.append("forecast=none")
    }
    let variance = portfolio.variance
    if withVariance {
      lines += [
        "variance.code=\(ModelRequest.varianceCode)",
        "variance.method=\(variance.method.rawValue)",
        "variance.regression_bars=\(variance.regressionBars)",
      ]
    }
    if withVariance, variance.method == .blend {
      lines += [
        "variance.network_bars=\(variance.networkBars)",
        "variance.hidden=\(variance.hidden)",
        "variance.head=\(variance.headHidden)",
        "variance.dropout=\(variance.dropout)",
        "variance.weight_decay=\(variance.weightDecay)",
        "variance.rate=\(variance.rate)",
        "variance.clip=\(variance.clipNorm)",
        "variance.epochs=\(variance.epochs)",
        "variance.patience=\(variance.patience)",
        "variance.batch=\(variance.batch)",
        "variance.chunk=\(variance.chunk)",
        "variance.burn_in=\(variance.burnIn)",
        "variance.seeds=\(variance.seeds)",
      ]
      if !withForecast {
        lines += ["model.max_gap=\(portfolio.maxGap)", "forecast.scope=\(forecast.scope.rawValue)"]
      }
    }
    lines += digests.keys.sorted().map { "digest.\($0)=\(digests[$0] ?? "")" }
    specification = lines
  }

  /// How the networks are trained where it is not as usual: older models keep their names.
  private static func unusual(_ forecast: ForecastSettings) -> [String] {
    var lines: [String] = []
    switch forecast.loss {
    case .squared: break
    case .huber: lines.append("forecast.huber=\(forecast.huberDelta)")
    }
    if forecast.optimiser != .adam {
      lines.append("forecast.optimiser=\(forecast.optimiser.rawValue)")
    }
    if forecast.schedule == .plateau {
      let plateau = forecast.plateau
      lines += [
        "forecast.plateau_factor=\(plateau.factor)",
        "forecast.plateau_patience=\(plateau.patience)",
        "forecast.plateau_threshold=\(plateau.threshold)",
        "forecast.plateau_cooldown=\(plateau.cooldown)",
        "forecast.plateau_min_rate=\(plateau.minimumRate)",
      ]
    }
    if forecast.warmStart { lines.append("forecast.warm_start=true") }
    if forecast.mode == .windowed { lines.append("forecast.window_code=\(windowCode)") }
    return lines
  }

  /// Version of the bundle's layout.
  static let schema = 1

  /// Version of how variance models are fitted: 2 takes no outcome where the market stood still.
  private static let varianceCode = 2

  /// Version of how windowed forecasts are read: 2 begins a new window after a hole.
  private static let windowCode = 2

  /// The specification by name.
  public var values: [String: String] {
    var values: [String: String] = [:]
    for line in specification {
      guard let equals = line.firstIndex(of: "=") else { continue }
      values[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    return values
  }

  /// The first setting in which a bundle's specification differs, apart from the data it has seen.
  func firstDifference(from spec: [String: String]) -> String? {
    let own = values
    // Whether there is a forecast depends on the history, not on the settings.
    let hasForecast = own["forecast"] == nil && spec["forecast"] == nil
    // A setting at its default may have no line.
    return Set(own.keys).union(spec.keys).sorted().first { name in
      // What was imported in place of a training is known by its own hash; parents differ from fold
      // to fold.
      let isData = ["window.", "digest.", "import."].contains { name.hasPrefix($0) }
      if isData || name == "forecast" || name == "forecast.parent" { return false }
      if name.hasPrefix("forecast.") || name == "head.hidden" || name == "model.max_gap" {
        return hasForecast && own[name] != spec[name]
      }
      return own[name] != spec[name]
    }
  }

  /// SHA-256 of the specification.
  public var id: String {
    var sha = SHA256()
    for line in specification { sha.update(line) }
    return sha.hex()
  }
}
