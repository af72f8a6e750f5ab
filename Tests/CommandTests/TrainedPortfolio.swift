import Foundation
import Testing

/// Half a year of two coins of the sample, a portfolio of two folds, and its trained models: made
/// once for the suite it stands on, removed after it.
///
/// Tests that change nothing use `place`; the others take a `copy()`.
struct TrainedPortfolio: SuiteTrait, TestScoping {
  @TaskLocal private static var current: Workplace?

  /// Bars end here; both coins have the last one.
  static let end = "2018-04-27T00:00Z"

  static let text = """
    profile: balanced
    symbols: [BTC, ETH]
    timeframes: {1h: 0.7, 4h: 0.3}
    market: crypto
    split: {folds: 2, inner_folds: 2}
    forecast: {hidden: 8, epochs: 2, seeds: 1}
    variance: {epochs: 2}
    regime: {restarts: 1}

    """

  /// Two symbols, two timeframes; two inner folds, two test windows and the serving models.
  static let bundles = 2 * 2 * 5

  static var place: Workplace {
    get throws { try #require(current, "the suite lacks the trait .trainedPortfolio") }
  }

  static func copy() throws -> Workplace { try Workplace(copyOf: place) }

  /// Bars and portfolio file, not yet trained.
  static func untrained() throws -> Workplace {
    let place = try Workplace()
    for symbol in ["BTC", "ETH"] {
      let rows = try sampleRows(symbol).map { $0.joined(separator: ",") }
      try place.write(
        "time,open,close,high,low,volume\n" + rows.joined(separator: "\n") + "\n",
        to: "\(symbol)-1h.csv")
    }
    try place.good("ingest", "BTC-1h.csv", "ETH-1h.csv")
    try place.write(text, to: "pair.yaml")
    return place
  }

  /// The sample's rows before the end: time, open, close, high, low, volume.
  static func sampleRows(_ symbol: String) throws -> [[Substring]] {
    let file = Program.repository.appendingPathComponent("db/sample/\(symbol)-1h.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    try #require(lines.first == "time,open,close,high,low,volume")
    return lines.dropFirst().prefix { $0 < end }.map { $0.split(separator: ",") }
  }

  /// A symbol's days, made from its hours before a time, as a CSV.
  /// - Parameter jump: the close of one day is multiplied.
  static func days(
    _ symbol: String, before time: String = end, jump: (day: String, factor: Double)? = nil
  ) throws -> String {
    let hours = try sampleRows(symbol).prefix { $0[0] < time }
    let days = Dictionary(grouping: hours) { $0[0].prefix(10) }.sorted { $0.key < $1.key }
    var text = "time,open,high,low,close,volume\n"
    for (day, rows) in days {
      func column(_ index: Int) throws -> [Double] {
        try rows.map { try #require(Double($0[index])) }
      }
      let factor = jump.map { day == $0.day ? $0.factor : 1 } ?? 1
      let close = try column(2)[rows.count - 1] * factor
      let high = try column(3).reduce(close, max)
      let low = try column(4).reduce(close, min)
      let (open, volume) = (try column(1)[0], try column(5).reduce(0, +))
      text += "\(day)T00:00Z,\(open),\(high),\(low),\(close),\(volume)\n"
    }
    return text
  }

  /// The close of the last bar that opens before a time.
  static func lastClose(_ symbol: String, before time: String = end) throws -> Double {
    let row = try sampleRows(symbol).last { $0[0] < time }
    return try #require(row.flatMap { Double($0[2]) })
  }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let place = try TrainedPortfolio.untrained()
    try place.good("train", "pair.yaml")
    try await TrainedPortfolio.$current.withValue(place) { try await function() }
  }
}

extension Trait where Self == TrainedPortfolio {
  static var trainedPortfolio: Self { Self() }
}

/// What a trained portfolio is good for, and what happens when its files are damaged.
@Suite(.trainedPortfolio) struct TrainedPortfolioTests {}
