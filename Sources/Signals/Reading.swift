/// A number that rules read of the primary timeframe's bars, known at the close of each.
public enum Reading: Sendable, Hashable, Codable {
  case open, high, low, close, volume
  /// Mean of the last volumes.
  case averageVolume(period: Int)
  /// Mean of the last closes.
  case average(period: Int)
  case exponentialAverage(period: Int)
  /// Wilder's relative strength index, 0...100.
  case rsi(period: Int)
  /// Bollinger bands of the closes.
  case upperBand(period: Int, deviations: Double)
  case lowerBand(period: Int, deviations: Double)
  case averageTrueRange(period: Int)
  /// How far the MACD of the closes stands above its signal line.
  case macdHistogram(fast: Int, slow: Int, signal: Int)
  case easeOfMovement(period: Int)
  /// The nearest low below the close, and high above it, at which the price has turned; nil where there
  /// is none.
  case support(reach: Int)
  case resistance(reach: Int)
  /// What was read of the bar before.
  indirect case before(Reading)
}

/// What was read of one bar.
public struct Readings: Sendable, Equatable, Codable {
  /// What was asked for.
  public let asked: [Reading]
  /// In the same order; nil in an indicator's warm-up and where there is no level.
  public let values: [Double?]

  public init(_ asked: [Reading] = [], _ values: [Double?] = []) {
    precondition(asked.count == values.count, "one value a reading")
    self.asked = asked
    self.values = values
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    asked = try container.decode([Reading].self, forKey: .asked)
    values = try container.decode([Double?].self, forKey: .values)
    guard asked.count == values.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(values.count) values of \(asked.count) readings")
    }
  }

  /// A reading's value; nil in its warm-up and where no rule asked for it.
  public subscript(reading: Reading) -> Double? {
    asked.firstIndex(of: reading).flatMap { values[$0] }
  }
}

/// The periods of a fast and a slow average of closes.
public struct AveragePair: Sendable, Equatable {
  public var fast: Int
  public var slow: Int

  public init(fast: Int, slow: Int) {
    self.fast = fast
    self.slow = slow
  }

  var readings: [Reading] { [.average(period: fast), .average(period: slow)] }

  /// How far the fast average stands above the slow one; nil in the warm-up.
  func distance(_ readings: Readings) -> Double? {
    guard let fast = readings[.average(period: fast)], let slow = readings[.average(period: slow)]
    else { return nil }
    return fast - slow
  }
}

extension [Reading] {
  /// Each once, where it stands first.
  public var withoutRepetition: [Reading] {
    var seen: Set<Reading> = []
    return filter { seen.insert($0).inserted }
  }
}
