import Market

/// What the user says about a file that the file does not say itself.
public struct IngestOptions: Sendable, Equatable {
  /// Nil: from the symbol column, else from the file's name, else from the columns' prefix.
  public var symbol: Symbol?
  /// Nil: from the file's name, else from the most frequent step between times.
  public var timeframe: Timeframe?
  /// Minutes that the clock of times without a zone is ahead of UTC; epochs are UTC always.
  ///
  /// Bars of a day or longer keep their date: it names a session, not an instant. Where they open at
  /// midnight of this clock and not of UTC, they get its date, epochs too.
  public var zoneMinutes: Int
  /// Nil: what the instrument has already; for a new one, inferred from when it has bars, and
  /// `continuous` with a note where they do not tell.
  public var calendar: TradingCalendar?
  /// Nil: what the instrument has already; for a new one, from its calendar.
  public var assetClass: String?
  /// Nil: what the instrument has already, or unsaid.
  public var currency: String?
  /// Bars that close later are left out; nil takes them all. The program gives the time of its clock.
  /// A bar of a day or longer closes at midnight UTC, or at that of its own clock if it is later.
  public var now: Timestamp?
  /// Refuses the file at its first bad row, or text in a column of numbers, instead of leaving that row
  /// or column out.
  public var strict: Bool

  public init(
    symbol: Symbol? = nil, timeframe: Timeframe? = nil, zoneMinutes: Int = 0,
    calendar: TradingCalendar? = nil, assetClass: String? = nil, currency: String? = nil,
    now: Timestamp? = nil, strict: Bool = false
  ) {
    self.symbol = symbol
    self.timeframe = timeframe
    self.zoneMinutes = zoneMinutes
    self.calendar = calendar
    self.assetClass = assetClass
    self.currency = currency
    self.now = now
    self.strict = strict
  }

  /// The minutes east of UTC of `UTC`, `Z`, `+02:00`, `-0530` or `+2`; nil for anything else.
  ///
  /// Names such as `Europe/Berlin` are not taken: their offset changes twice a year.
  public static func zoneMinutes(_ text: String) -> Int? {
    TimeText.zone(text).map { Int($0 / 60_000) }
  }

  /// The offset as `zoneMinutes(_:)` reads it: `+02:00`, `-05:30`.
  static func zoneText(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let size = abs(minutes)
    return (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60)
  }
}
