import Kernels
import Market
import Models
import Report
import Research

/// A bundle in words: what its regimes are, how sure their fit is, and how its ensemble agrees.
enum ModelSummary {
  static func lines(_ bundle: ModelBundle) throws -> [String] {
    let (manifest, model) = (bundle.manifest, try NodeModel(bundle))
    var lines = [
      "\(manifest.series) \(manifest.timeframe) \(manifest.id.prefix(12))",
      "trained on \(range(manifest.training)), software"
        + " \(manifest.softwareVersion), numerics \(manifest.numericsVersion)",
    ]
    if let parts = manifest.importedParts {
      lines.append("imported from another program: \(parts)")
    }
    lines.append("")
    lines += regime(manifest, model.regime)
    lines.append("")
    lines += variance(manifest, model.variance)
    lines += forecast(manifest, model.forecast)
    return lines
  }

  private static func range(_ training: BundleManifest.TrainingRange) -> String {
    training.from == "start"
      ? "all bars up to \(training.to)" : "\(training.from) to \(training.to)"
  }

  private static func regime(_ manifest: BundleManifest, _ regime: RegimeModel) -> [String] {
    let figures = manifest.metrics.inSample
    let states = regime.states == 1 ? "1 state" : "\(regime.states) states"
    var lines = [
      "regime: \(states), \(regime.hmm.covariance.type.rawValue) covariance, observes"
        + " \(manifest.regimeObservations.joined(separator: ", "))"
    ]
    let tried = RegimeStates.all.compactMap { count in
      figures["regime.bic.\(count)"].map { "\(count): \(NumberFormat.terminal.fixed($0, 1))" }
    }
    if !tried.isEmpty {
      lines.append("  chosen by BIC (the lower, the better): " + tried.joined(separator: ", "))
    }
    if let gain = manifest.regimeGainPerBar {
      lines.append(
        "  the states explain a bar \(NumberFormat.terminal.fixed(gain, 3)) nats better than one"
          + " Gaussian does")
    }
    if manifest.isRegimeDegenerate {
      lines.append(
        "  warning: that is below \(NumberFormat.terminal.fixed(HMMFit.degenerateGain, 2)); the"
          + " labels say next to nothing, try other regime.observations or fewer regime.states")
    }
    lines.append(
      "  means ± standard errors a bar, as observed: natural logarithms and ratios, not per cent")
    return lines + table(manifest, regime).lines(width: 98, useColour: false).map { "  \($0)" }
  }

  /// A row a state: share of the training bars, stay, and each variable's mean with its standard
  /// error (in natural units).
  private static func table(_ manifest: BundleManifest, _ regime: RegimeModel) -> TerminalTable {
    let figures = manifest.metrics.inSample
    let format = NumberFormat.terminal
    let names = manifest.regimeObservations
    let rows = (0..<regime.states).map { k -> [TerminalTable.Cell] in
      let state = "regime.state.\(k + 1)"
      let stay = regime.expectedDuration(k)
      let means = names.indices.map { d in
        let mean =
          regime.hmm.means[k, d] * regime.scaler.scale[d] + regime.scaler.mean[d]
        return measured(mean, figures["\(state).mean_error.\(d + 1)"])
      }
      return
        ([
          regime.names[k],
          figures["\(state).share"].map { format.percent($0) } ?? NumberFormat.missing,
          stay.isFinite ? format.fixed(stay, 1) : "never left",
        ] + means).map { TerminalTable.Cell($0) }
    }
    return TerminalTable(
      columns: [
        .init("state", .left), .init("share"), .init("bars a stay"),
      ] + names.map { .init($0) }, rows: rows)
  }

  /// A mean with its standard error, of which two digits count: more of the mean is noise.
  private static func measured(_ mean: Double, _ error: Double?) -> String {
    let format = NumberFormat.terminal
    guard let error, error > 0 else {
      return "\(format.significant(mean)) ± \(NumberFormat.missing)"
    }
    var (decimals, unit) = (0, 1.0)
    while error * unit < 10, decimals < 12 {
      decimals += 1
      unit *= 10
    }
    return "\(format.fixed(mean, decimals)) ± \(format.fixed(error, decimals))"
  }

  private static func variance(_ manifest: BundleManifest, _ variance: VarianceModel) -> [String] {
    let method =
      switch variance.method {
      case .blend:
        "geometric mean of a regression on ranges and "
          + counted(variance.network?.members.count ?? 0, "network")
      case .har: "a regression on ranges"
      case .ewma: "EWMA"
      }
    let decay = NumberFormat.terminal.significant(variance.decay)
    var lines = ["variance: \(method), EWMA decay \(decay)"]
    if let reason = manifest.variance?.reason { lines.append("  no better one: \(reason)") }
    return lines
  }

  private static func forecast(_ manifest: BundleManifest, _ forecast: ForecastModel?) -> [String] {
    guard let forecast else { return ["forecast: none"] }
    let format = NumberFormat.terminal
    let members = forecast.members.count == 1 ? "1 network" : "\(forecast.members.count) networks"
    var lines = [
      "forecast: \(members)\(forecast.ridge == nil ? "" : " and a ridge regression"),"
        + " \(manifest.features.count) features",
      "  forecasts vary by \(format.fixed(forecast.deviation, 4)) sigmas, lag-1 autocorrelation"
        + " \(format.fixed(forecast.persistence, 2))",
    ]
    if let spread = manifest.metrics.inSample["ensemble.spread"] {
      lines.append(
        "  networks differ by \(format.fixed(spread, 4)) sigmas a bar (standard deviation of the"
          + " ensemble, early-stopping window)")
    }
    return lines
  }
}
