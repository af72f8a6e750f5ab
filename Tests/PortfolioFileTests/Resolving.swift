import Foundation
import Market
import PortfolioFile
import Research

/// The three lines that every case starts from.
let threeLines = """
  profile: balanced
  symbols: [BTC, ETH]
  timeframes: {1h: 0.6, 4h: 0.3, 1d: 0.1}

  """

func resolve(
  _ text: String, _ overrides: [String] = [], profile: Portfolio.Profile? = nil,
  calendars: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [:]
) throws -> ResolvedPortfolio {
  try PortfolioFile.resolve(
    text: text, path: "portfolios/x.yaml", overrides: overrides, profile: profile,
    calendars: calendars)
}

/// The error that a text is refused with, on one line; what it resolved to if it was not.
func refusal(
  _ text: String, _ overrides: [String] = [],
  calendars: [Symbol: (calendar: TradingCalendar, assetClass: String)] = [:]
) -> String {
  do throws(PortfolioFileError) {
    let resolved = try PortfolioFile.resolve(
      text: text, path: "portfolios/x.yaml", overrides: overrides, calendars: calendars)
    return "accepted: \(resolved.portfolio)"
  } catch {
    return error.description
  }
}

/// The repository's folder of portfolio files.
let shippedPortfolios = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("portfolios")

/// A YAML file that writes one key at its nested place, below the three lines (or instead of one).
func file(writing path: String, _ value: String) -> String {
  var lines = threeLines.split(separator: "\n").map(String.init)
  lines.removeAll { $0.hasPrefix(path + ":") }
  for (depth, name) in path.split(separator: ".").enumerated() {
    lines.append(String(repeating: "  ", count: depth) + name + ":")
  }
  lines[lines.count - 1] += " " + value
  return lines.joined(separator: "\n") + "\n"
}
