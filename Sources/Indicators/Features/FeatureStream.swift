import Market

/// The features of a series, one bar at a time, O(1) a bar.
///
/// Start it at the series' first bar: some averages remember everything, and history and live agree
/// only if both remember the same. A copy goes on independently.
public struct FeatureStream: Sendable {
  public let spec: FeatureSpec
  public let timeframe: Timeframe
  private var state = FeatureState()
  /// Nil where no plain feature is asked for.
  private var plain: PlainFeatureState?
  private let extras: [String: ExtraColumn]
  /// The close of the last bar: what is known then counts.
  private var now: Timestamp?

  /// - Parameter extras: at least the user's columns that are listed.
  public init(_ spec: FeatureSpec, _ timeframe: Timeframe, extras: [ExtraColumn] = []) {
    self.spec = spec
    self.timeframe = timeframe
    var named: [String: ExtraColumn] = [:]
    for column in extras { named[column.name] = column }
    self.extras = named
    for name in spec.extras {
      precondition(named[name] != nil, "the column \(name) is not given")
    }
    let hasPlain = spec.columns.contains { column in
      if case .plain = column { return true }
      return false
    }
    if hasPlain { plain = PlainFeatureState() }
  }

  /// Takes in the next bar. Returns the values in the order of `spec.names`, known at the bar's
  /// close, or nil until all features are warm. All values are finite.
  ///
  /// - Precondition: the bar opens on the timeframe's grid, prices are positive and finite, the low
  ///   is not above the high, the volume is finite and not negative.
  public mutating func update(_ bar: Bar) -> [Double]? {
    var values: [Double] = []
    values.reserveCapacity(spec.count)
    return update(bar, appendingTo: &values) ? values : nil
  }

  /// Takes in the next bar and appends its values, or nothing in the warm-up. Returns which.
  mutating func update(_ bar: Bar, appendingTo values: inout [Double]) -> Bool {
    precondition(timeframe.isOnGrid(bar.time), "\(bar.time) is off the grid of \(timeframe)")
    precondition(
      bar.low > 0 && bar.low <= bar.high && bar.high.isFinite,
      "\(bar.low)...\(bar.high) at \(bar.time) is no range of prices")
    state.update(bar)
    plain?.update(bar)
    now = bar.time + timeframe.milliseconds
    let start = values.count
    for column in spec.columns {
      guard let value = value(column) else {
        values.removeLast(values.count - start)
        return false
      }
      values.append(value)
    }
    return true
  }

  private func value(_ column: FeatureColumn) -> Double? {
    switch column {
    case .stationary(let feature): state.value(feature)
    case .plain(let feature): plain?.value(feature)
    case .extra(let name): now.flatMap { extras[name]?.value(at: $0) }
    }
  }
}
