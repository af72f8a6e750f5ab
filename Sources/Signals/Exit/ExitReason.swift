/// Why a position is closed, in the words of orders and reports; a user's rule has its own.
public struct ExitReason: RawRepresentable, Hashable, Sendable, Codable,
  ExpressibleByStringLiteral
{
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public static let target: ExitReason = "target"
  public static let atrTarget: ExitReason = "ATR target"
  public static let stop: ExitReason = "stop"
  public static let trailing: ExitReason = "trailing stop"
  public static let atrStop: ExitReason = "ATR stop"
  public static let sigmaStop: ExitReason = "sigma stop"
  public static let atrTrailing: ExitReason = "ATR trailing stop"
  public static let time: ExitReason = "time"
  public static let regimeChange: ExitReason = "regime change"
  public static let reversal: ExitReason = "reversal"
  public static let lowConfidence: ExitReason = "low confidence"
  public static let averages: ExitReason = "average cross"
  public static let rsi: ExitReason = "RSI"
  public static let bollinger: ExitReason = "Bollinger band"
  public static let rsiAndBollinger: ExitReason = "RSI and Bollinger band"
  public static let breakdown: ExitReason = "breakdown"
  public static let macdBreakdown: ExitReason = "MACD breakdown"
  public static let rejection: ExitReason = "rejection"
}
