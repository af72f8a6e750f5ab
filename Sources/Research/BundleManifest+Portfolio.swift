import Indicators
import Market
public import Models

extension BundleManifest {
  /// The first key of a portfolio by which its rows are not what the bundle's models read; nil where
  /// they are.
  public func unreadableKey(of portfolio: Portfolio) -> String? {
    let observations = portfolio.regime.observations.canonical
    if spec["observations"] != observations { return "regime.observations" }
    guard spec["forecast"] != "none", let timeframe = Timeframe(timeframe) else { return nil }
    return spec["features"] == portfolio.features.spec(for: timeframe).canonical ? nil : "features"
  }

  /// What came from another program, in words; nil for a bundle that was trained here.
  public var importedParts: String? {
    let networks = spec.keys.filter { $0.hasPrefix("import.lstm.") }.count
    let parts =
      (networks > 0 ? ["networks"] : []) + (spec["import.hmm.sha256"] != nil ? ["regimes"] : [])
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }
}
