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
  /// The hash of what was tried: of the settings, of the part taken out by an ablation and of the origin of
  /// the columns; nil where that is not known.
  public let settings: String?
  /// The columns of the user's own that were read; nil without any.
  public let columns: TrialColumns?

  public init(
    symbols: [Symbol], first: Timestamp, last: Timestamp, step: Timeframe, settings: String? = nil,
    columns: TrialColumns? = nil
  ) {
    self.symbols = symbols.sorted()
    self.first = first
    self.last = last
    self.step = step
    self.settings = settings
    self.columns = columns
  }

  /// Whether both tried the same settings on the same symbols, and read the same columns: a record that grows
  /// by a day, or is made again by a version that knows more settings, has been chosen among no more than
  /// before.
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
  private struct Text: Codable, Equatable {
    var first: String?
    var last: String?
    var step: String?
    var symbols: [Symbol]?
    var settings: String?
    var columns: TrialColumns?
  }

  /// A spec that is no JSON, or that holds a part of a sample.
  private struct Damage: Error {}

  /// Nil for a spec that says nothing of a sample, as those of earlier versions do not.
  /// - Throws: where it is damaged.
  init?(specJSON: String) throws {
    let text = try JSONColumn.value(Text.self, of: specJSON)
    if text == Text() { return nil }
    guard let first = text.first.flatMap({ Timestamp(iso: $0) }),
      let last = text.last.flatMap({ Timestamp(iso: $0) }),
      let step = text.step.flatMap({ Timeframe($0) })
    else { throw Damage() }
    self.init(
      symbols: text.symbols ?? [], first: first, last: last, step: step, settings: text.settings,
      columns: text.columns)
  }

  /// `{"first":"2018-04-01T00:00Z","last":...,"settings":"3f0a...","step":"1d","symbols":["BTC","ETH"]}`.
  public var specJSON: String {
    get throws {
      try JSONColumn.text(
        of: Text(
          first: first.description, last: last.description, step: step.name, symbols: symbols,
          settings: settings, columns: columns))
    }
  }
}
