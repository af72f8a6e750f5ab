import Foundation
public import Market

/// What a trial was measured on: the symbols it traded, the dates and the step of its returns.
///
/// A ratio is chosen among all that were computed on the same data (Bailey and López de Prado 2014). So
/// runs are trials of one another where both looked at bars of one symbol over the same time, whatever
/// their files are called and whatever else they traded.
public struct TrialSample: Sendable, Equatable {
  /// Sorted; none where a trial does not say them, as those of earlier versions do not.
  public let symbols: [Symbol]
  /// The times between which the returns lie.
  public let first: Timestamp
  public let last: Timestamp
  public let step: Timeframe
  /// The hash of all settings that were tried, the part taken out by an ablation among them; nil where they
  /// do not tell what was tried.
  public let settings: String?

  public init(
    symbols: [Symbol], first: Timestamp, last: Timestamp, step: Timeframe, settings: String? = nil
  ) {
    self.symbols = symbols.sorted()
    self.first = first
    self.last = last
    self.step = step
    self.settings = settings
  }

  /// Whether both tried the same settings on the same symbols: a record that grows by a day, or is made again
  /// by another version, has been chosen among no more than before.
  public func isSameAttempt(as other: TrialSample) -> Bool {
    attempt != nil && attempt == other.attempt
  }

  /// What was tried, on whatever dates; nil where that is not known.
  var attempt: Attempt? {
    settings.map { Attempt(settings: $0, symbols: symbols, step: step) }
  }

  struct Attempt: Hashable {
    let settings: String
    let symbols: [Symbol]
    let step: Timeframe
  }

  /// Whether bars of one symbol over the same time bear on both.
  public func sharesBars(with other: TrialSample) -> Bool {
    first < other.last && other.first < last && symbols.contains { other.symbols.contains($0) }
  }

  /// Whether the returns are of the same steps. How far trials' ratios differ tells what the best of them
  /// owes to luck only among those: beside two years, the ratio of two days is noise.
  public func hasSteps(of other: TrialSample) -> Bool {
    first == other.first && last == other.last && step == other.step
  }
}

extension TrialSample {
  /// As it stands in the database, where any SQLite client can read it.
  private struct Text: Codable {
    var first: String
    var last: String
    var step: String
    var symbols: [Symbol]?
    var settings: String?
  }

  /// Nil for a spec that names no dates and no step.
  init?(specJSON: String) {
    guard let text = try? JSONDecoder().decode(Text.self, from: Data(specJSON.utf8)),
      let first = Timestamp(iso: text.first), let last = Timestamp(iso: text.last),
      let step = Timeframe(text.step)
    else { return nil }
    self.init(
      symbols: text.symbols ?? [], first: first, last: last, step: step, settings: text.settings)
  }

  /// `{"first":"2018-04-01T00:00Z","last":...,"settings":"3f0a...","step":"1d","symbols":["BTC","ETH"]}`.
  public var specJSON: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let text = Text(
        first: first.description, last: last.description, step: step.name, symbols: symbols,
        settings: settings)
      return String(decoding: try encoder.encode(text), as: UTF8.self)
    }
  }
}
