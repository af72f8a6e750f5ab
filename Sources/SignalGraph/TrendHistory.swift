public import Allocation
public import Market

/// What the trend overlay says of each symbol at a moment, of the bars that are known by then.
public struct TrendHistory: Sendable {
  private let grid: BarGrid
  private let overlay: TrendOverlay

  /// - Parameter grid: the bars whose closes are averaged.
  public init(grid: BarGrid, overlay: TrendOverlay) {
    self.grid = grid
    self.overlay = overlay
  }

  /// One factor a symbol of the grid, 1 where the overlay is off.
  public func factors(at now: Timestamp) -> [Double] {
    guard !overlay.isOff else { return grid.symbols.map { _ in 1 } }
    let known = countKnown(grid.times.count, at: now, knownAt: grid.knownAt)
    return grid.symbols.indices.map { symbol in
      var closes: [Double] = []
      for step in (0..<known).reversed() {
        guard closes.count < overlay.longest else { break }
        if let bar = grid.bar(symbol, at: step) { closes.append(grid.series[symbol].closes[bar]) }
      }
      return overlay.factor(closes: closes.reversed())
    }
  }
}
