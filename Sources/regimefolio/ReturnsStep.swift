import Allocation
import Foundation
import Market
import PortfolioFile
import Research

/// An allocation of assets whose returns stand in a file.
enum ReturnsStep {
  /// - Parameters:
  ///   - method: a name of `allocation.prior`.
  ///   - settings: `key=value` of the portfolio file, limits above all.
  static func run(_ file: String, method: String, settings: [String], periodsPerYear: Double?)
    throws -> AllocationReport
  {
    let returns = try ReturnsFile.read(file)
    // Nothing but what is asked for: no volatility target and no limit of the defaults.
    let names = returns.symbols.map { "\"\($0.name.replacing("\"", with: "\\\""))\"" }
    let resolved = try PortfolioFile.resolve(
      text: """
        symbols: [\(names.joined(separator: ", "))]
        timeframes: {1d: 1}
        allocation: {mode: prior_tilt, volatility_target: none}
        limits: {cluster: {max: none}}
        """, path: file, overrides: ["allocation.prior=\(method)"] + settings)
    let trading = resolved.portfolio.limits.trading
    guard trading.liquidity == nil, trading.lot == nil,
      trading.lotOverrides.allSatisfy({ $0.value == 0 })
    else {
      throw Failure(
        "--returns: limits.liquidity and limits.lot need volumes and prices; returns have none")
    }
    guard let periods = periodsPerYear ?? returns.periodsPerYear else {
      throw Failure(
        "\(file): the dates do not tell how many returns make a year; give --periods-per-year")
    }
    return try returns.report(resolved.portfolio, periodsPerYear: periods, source: file)
  }
}
