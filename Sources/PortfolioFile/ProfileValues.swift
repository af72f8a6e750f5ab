import Allocation
import Research

/// The defaults that a profile sets, by kind of market, in the words of the file.
///
/// Volatility targets, regime sizes and the limit of the tilt were measured on 9 coins (2021-24),
/// 5 coins (2017-19), the Dow Jones stocks and a technology set; every market keeps the three
/// profiles in the same order of risk. De-risking coins by regime lost money in every variant
/// tried, so their sizes are 1. Confidence is the original system's; its thresholds (.002, .001,
/// .0005 for a log return of one bar) stand here in the same proportion as deviations of a node's
/// own forecasts, for an absolute one is 15 deviations in foreign exchange and never trades. Exits
/// of 2/1/.5 % on hourly coins cost 30 to 480 % a year in fees; of the wide ones only 20/10/10 % was
/// measured. Equities have no exits: none was found that helps.
enum ProfileValues {
  /// - Returns: (key, value) pairs.
  static func of(
    _ profile: Portfolio.Profile, _ market: Portfolio.MarketKind, _ mode: AllocationSettings.Mode
  ) -> [(path: String, value: String)] {
    let table = everywhere + (market == .crypto ? crypto : equities)
    let rows = mode == .inOut && market == .crypto ? table + cryptoExits : table
    return rows.map { row in
      switch profile {
      case .conservative: (row.path, row.conservative)
      case .balanced: (row.path, row.balanced)
      case .aggressive: (row.path, row.aggressive)
      }
    }
  }

  private typealias Row = (
    path: String, conservative: String, balanced: String, aggressive: String
  )

  private static let everywhere: [Row] = [
    ("entry.threshold", "1s", "0.5s", "0.25s"),
    ("entry.confidence", "0.75", "0.65", "0.5"),
    // Borrowing is not charged, so a short position would look cheaper than it is.
    ("entry.short", "false", "false", "false"),
    ("allocation.tilt.max", "1.5", "2", "2"),
  ]

  private static let crypto: [Row] = [
    ("costs.commission", "0.001", "0.001", "0.001"),
    ("costs.slippage", "0.0005", "0.0005", "0.0005"),
    ("regime.size", "[1, 1, 1]", "[1, 1, 1]", "[1, 1, 1]"),
    ("allocation.volatility_target", "0.2", "0.4", "0.6"),
  ]

  /// Foreign exchange too.
  private static let equities: [Row] = [
    ("costs.commission", "0.0002", "0.0002", "0.0002"),
    ("costs.slippage", "0.0002", "0.0002", "0.0002"),
    ("regime.size", "[1, 0.5, 0.25]", "[1, 0.75, 0.5]", "[1, 1, 0.75]"),
    ("allocation.volatility_target", "0.08", "0.12", "0.16"),
  ]

  /// Only where rules open positions; a prior is held, not stopped.
  private static let cryptoExits: [Row] = [
    ("exit.target", "0.2", "0.2", "0.2"),
    ("exit.stop", "0.1", "0.1", "0.1"),
    ("exit.trailing", "0.1", "0.1", "0.1"),
  ]
}
