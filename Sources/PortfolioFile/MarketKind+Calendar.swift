public import Market
public import Research

extension Portfolio.MarketKind {
  /// The kind of market that keeps a calendar.
  public init(_ calendar: TradingCalendar) {
    switch calendar {
    case .continuous: self = .crypto
    case .weekdays: self = .fx
    case .sessions: self = .equities
    }
  }
}
