import Market

/// The features of a series, one bar at a time, O(1) a bar.
///
/// Start it at the series' first bar: some averages remember everything, and history and live agree
/// only if both remember the same. A copy goes on independently.
public struct FeatureStream: Sendable {
  public let spec: FeatureSpec
  public let timeframe: Timeframe
  private var state: FeatureState
  /// Nil where no plain feature is asked for.
  private var plain: PlainFeatureState?
  private let extras: [ExtraColumn]
  private let sources: [Source]

  /// - Parameter extras: at least the user's columns that are listed.
  public init(_ spec: FeatureSpec, _ timeframe: Timeframe, extras: [ExtraColumn] = []) {
    self.spec = spec
    self.timeframe = timeframe
    var named: [String: ExtraColumn] = [:]
    for column in extras { named[column.name] = column }
    state = FeatureState(timeframe)
    var listed: [ExtraColumn] = []
    sources = spec.columns.map { column in
      switch column {
      case .stationary(let feature): return .stationary(feature)
      case .plain(let feature): return .plain(feature)
      case .extra(let name):
        guard let extra = named[name] else {
          preconditionFailure("the column \(name) is not given")
        }
        listed.append(extra)
        return .extra(listed.count - 1)
      }
    }
    self.extras = listed
    let hasPlain = sources.contains { source in
      if case .plain = source { return true }
      return false
    }
    if hasPlain { plain = PlainFeatureState() }
  }

  /// Where a column's values come from: no names, so that it is quick to copy.
  private enum Source {
    case stationary(Feature)
    case plain(PlainFeature)
    /// An index into `extras`.
    case extra(Int)
  }

  /// Takes in the next bar. Returns the values in the order of `spec.names`, known at the bar's
  /// close, or nil until all features are warm. All values are finite.
  ///
  /// - Precondition: the bar opens on the timeframe's grid, prices are positive and finite, the low
  ///   is not above the high, the volume is finite and not negative.
  public mutating func update(_ bar: Bar) -> [Double]? {
    var isWarm = false
    let logs = FeatureState.logs(bar)
    let values = writtenColumn(sources.count) { isWarm = update(bar, logs: logs, writing: $0) }
    return isWarm ? values : nil
  }

  /// Takes in the next bar and writes its values, or NaN in the warm-up. Returns which.
  mutating func update(_ bar: Bar, logs: SIMD2<Double>, writing row: Output) -> Bool {
    precondition(timeframe.isOnGrid(bar.time), "\(bar.time) is off the grid of \(timeframe)")
    precondition(
      bar.low > 0 && bar.low <= bar.high && bar.high.isFinite,
      "\(bar.low)...\(bar.high) at \(bar.time) is no range of prices")
    state.update(bar, logs: logs)
    plain?.update(bar)
    // The user's columns count as they are known at the bar's close.
    let now = bar.time + timeframe.milliseconds
    for index in sources.indices {
      // All in this function: one that borrowed the stream would copy it, once a value.
      let value: Double? =
        switch sources[index] {
        case .stationary(let feature): state.value(feature)
        case .plain(let feature): plain?.value(feature)
        case .extra(let column): extras[column].value(at: now)
        }
      guard let value else {
        row.fillWarmUp(row.count)
        return false
      }
      row[index] = value
    }
    return true
  }
}
