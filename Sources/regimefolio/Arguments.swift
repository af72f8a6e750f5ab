import ArgumentParser
import Market
import Research

// Values that the parser reads itself, so that a wrong one is a usage error of its command.

extension Timeframe: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(argument)
  }

  public static var allValueStrings: [String] { all.map(\.name) }
}

extension Timestamp: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(iso: argument)
  }
}

extension TradingCalendar: ExpressibleByArgument {}

extension Portfolio.Profile: ExpressibleByArgument {}
