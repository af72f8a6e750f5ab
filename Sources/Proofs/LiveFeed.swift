public import Market
public import Research
public import SignalGraph

/// Gives each node its bars as they close: given ones as they are, the others resampled on the way.
public struct LiveFeed {
  /// The primary bars or the given slow ones of a node, and the next to come.
  private struct Source {
    var key: NodeKey
    var series: BarSeries
    var next = 0
    /// Makes the node's bars where none were given.
    var resampler: Resampler?

    /// The bars that have closed by `now` and were not given yet.
    mutating func advance(to now: Timestamp) -> [Bar] {
      var bars: [Bar] = []
      while next < series.count, series.knownAt(next) <= now {
        let bar = series[next]
        next += 1
        guard let parts = resampler?.update(bar) else {
          bars.append(bar)
          continue
        }
        if let late = parts.late { bars.append(late.bar) }
        if let done = parts.now { bars.append(done.bar) }
      }
      // Time passes for a symbol without a bar, too.
      if let late = resampler?.close(at: now) { bars.append(late.bar) }
      return bars
    }
  }

  private var sources: [Source]

  public init(_ history: MarketHistory, _ keys: [NodeKey]) {
    sources = keys.map { key in
      if history.given.contains(key) { return Source(key: key, series: history.series(key)) }
      let base = history.series(NodeKey(key.symbol, history.primary))
      return Source(
        key: key, series: base,
        resampler: Resampler(
          from: base.timeframe, to: key.timeframe, calendar: base.calendar))
    }
  }

  /// The nodes' bars that have closed since the last call.
  public mutating func bars(closedBy now: Timestamp) -> [NodeKey: [Bar]] {
    var closed: [NodeKey: [Bar]] = [:]
    for index in sources.indices {
      let bars = sources[index].advance(to: now)
      if !bars.isEmpty { closed[sources[index].key] = bars }
    }
    return closed
  }
}
