public import Signals

// What rules remember of a signal is put away with them.

extension ExitReason: Codable {}

extension RegimeMixture: Codable {}

extension Readings: Codable {
  private enum CodingKeys: String, CodingKey {
    case asked, values
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let asked = try container.decode([SavedReading].self, forKey: .asked)
    let values = try container.decode([Double?].self, forKey: .values)
    guard asked.count == values.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(values.count) values of \(asked.count) readings")
    }
    self.init(asked.map(\.reading), values)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(asked.map { SavedReading($0) }, forKey: .asked)
    try container.encode(values, forKey: .values)
  }
}

/// A reading in a form that is put away: its cases, with their numbers by name.
private enum SavedReading: Codable {
  case open, high, low, close, volume
  case average(period: Int)
  case exponentialAverage(period: Int)
  case rsi(period: Int)
  case upperBand(period: Int, deviations: Double)
  case lowerBand(period: Int, deviations: Double)

  init(_ reading: Reading) {
    self =
      switch reading {
      case .open: .open
      case .high: .high
      case .low: .low
      case .close: .close
      case .volume: .volume
      case .average(let period): .average(period: period)
      case .exponentialAverage(let period): .exponentialAverage(period: period)
      case .rsi(let period): .rsi(period: period)
      case .upperBand(let period, let deviations):
        .upperBand(period: period, deviations: deviations)
      case .lowerBand(let period, let deviations):
        .lowerBand(period: period, deviations: deviations)
      }
  }

  var reading: Reading {
    switch self {
    case .open: .open
    case .high: .high
    case .low: .low
    case .close: .close
    case .volume: .volume
    case .average(let period): .average(period: period)
    case .exponentialAverage(let period): .exponentialAverage(period: period)
    case .rsi(let period): .rsi(period: period)
    case .upperBand(let period, let deviations):
      .upperBand(period: period, deviations: deviations)
    case .lowerBand(let period, let deviations):
      .lowerBand(period: period, deviations: deviations)
    }
  }
}
