import Market

/// A position whose symbol has had no bar for so long that its price is stale.
struct StalePosition: CustomStringConvertible {
  var symbol: Symbol
  /// The close of its last bar.
  var since: Timestamp
  /// Of equity, at that price.
  var weight: Double

  var description: String {
    let percent = (weight * 1000).rounded() / 10
    return "\(symbol): no bar since \(since); \(percent) % of equity stands at that price"
  }
}
