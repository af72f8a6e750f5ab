import Allocation
import Market

/// A covariance estimator that reads the closes of some symbols of a grid, one step after the other.
struct ReturnStream: Sendable {
  /// Places in the grid.
  let symbols: [Int]
  private let grid: BarGrid
  private var covariance: any CovarianceEstimator
  /// Of each symbol; nil before its first.
  private var lastBars: [Int?]

  /// Bars of a symbol in a row that may be missing in one of its returns: what it has done over a longer
  /// hole, in a bar's place, would outweigh all others.
  private static let maxGap = 3

  /// Days from one bar to the next that a market may be closed for. New Year in China and the weeks of
  /// feasts in Indonesia and Saudi Arabia are shorter; what nobody trades for longer is an outage.
  private static let longestHoliday: Int64 = 14

  /// - Parameters:
  ///   - regimes: how many the estimator tells apart; nil where it needs none.
  ///   - shrinks: whether it shrinks, where the settings say so.
  init(
    _ symbols: [Int], of grid: BarGrid, _ settings: AllocationSettings, regimes: Int?,
    shrinks: Bool
  ) throws(AllocationError) {
    self.symbols = symbols
    self.grid = grid
    covariance = try settings.covarianceEstimator(
      of: symbols.map { grid.symbols[$0] }, regimes: regimes, shrinks: shrinks)
    lastBars = Array(repeating: nil, count: symbols.count)
  }

  /// Takes in the returns since the step that was taken in before; a symbol without a bar has none, and
  /// its next one is over all of the time since its last, unless too many bars are missing there.
  /// - Parameter regime: as it is known at the close of the step.
  mutating func take(_ step: Int, regime: MarketRegime?) throws(AllocationError) {
    var returns: [Double] = []
    returns.reserveCapacity(symbols.count)
    for (index, symbol) in symbols.enumerated() {
      guard let bar = grid.bar(symbol, at: step) else {
        returns.append(.nan)
        continue
      }
      let series = grid.series[symbol]
      if let last = lastBars[index], !hasHole(symbol, from: last, to: bar) {
        returns.append(series.closes[bar] / series.closes[last] - 1)
      } else {
        returns.append(.nan)
      }
      lastBars[index] = bar
    }
    if let regime { covariance.observe(regime) }
    try covariance.update(returns)
  }

  /// Whether too many bars in a row are missing between two bars of a symbol. Those between them count, too:
  /// at the common closes of several markets a return may be over some days, with a bar on each of them.
  private func hasHole(_ symbol: Int, from last: Int, to bar: Int) -> Bool {
    let series = grid.series[symbol]
    return (last + 1...bar).contains { next in
      let (from, to) = (series.times[next - 1], series.times[next])
      let missing = series.calendar.missingSlots(from: from, to: to, series.timeframe)
      return missing > ReturnStream.maxGap && !wasClosed(symbol, from: from, to: to)
    }
  }

  /// Whether an exchange was closed between two bars of a symbol, for a holiday that its calendar does not
  /// know: what it does at the next open is then a return, like Monday's. None of the others that are read
  /// here, but for an odd bar, traded meanwhile; where they did, the symbol was halted or its bars are lost.
  /// Where no other is read nobody can tell, and it is taken for a holiday.
  /// All that is asked is known at the later bar.
  private func wasClosed(_ symbol: Int, from: Timestamp, to: Timestamp) -> Bool {
    guard grid.series[symbol].calendar == .sessions,
      to - from <= ReturnStream.longestHoliday * Timestamp.millisecondsPerDay
    else { return false }
    // Steps are found by their closes; those of the two bars are left out.
    let bar = grid.timeframe.milliseconds
    let traded = grid.steps(from: from + bar + 1, to: to + bar - 1).count { step in
      symbols.contains { $0 != symbol && grid.bar($0, at: step) != nil }
    }
    return traded <= ReturnStream.maxGap
  }

  /// Whether any of the symbols has a bar.
  func hasBar(at step: Int) -> Bool {
    symbols.contains { grid.bar($0, at: step) != nil }
  }

  func estimate(minimumObservations: Int) throws(AllocationError) -> CovarianceEstimate {
    try covariance.estimate(minimumObservations: minimumObservations)
  }
}
