public import Market

/// What a market trades in a bar: the mean volume of the last bars that are known at a moment.
public struct VolumeHistory: Sendable {
  /// A month of trading days.
  static let bars = 20

  private let grid: BarGrid

  public init(_ grid: BarGrid) {
    self.grid = grid
  }

  /// Units a bar of the grid; nil before the symbol's first bar.
  public func mean(_ symbol: Int, at now: Timestamp) -> Double? {
    let series = grid.series[symbol]
    let known = series.countKnown(at: now)
    let recent = max(0, known - VolumeHistory.bars)..<known
    guard !recent.isEmpty else { return nil }
    var sum = 0.0
    for index in recent { sum += series.volumes[index] }
    return sum / Double(recent.count)
  }
}
