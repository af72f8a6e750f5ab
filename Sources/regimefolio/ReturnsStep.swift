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
    guard let periods = periodsPerYear ?? returns.periodsPerYear, periods > 0 else {
      throw Failure("--periods-per-year must be above 0")
    }
    return try returns.report(resolved.portfolio, periodsPerYear: periods, source: file)
  }
}
