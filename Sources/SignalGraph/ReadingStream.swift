import Indicators
import Market
import Signals

/// Reads of each bar what rules ask for: a batch is this very loop.
struct ReadingStream: Sendable {
  private let asked: [Reading]
  private var indicators: [Indicator]

  private enum Indicator: Sendable {
    case field(@Sendable (Bar) -> Double)
    case average(SMA, of: @Sendable (Bar) -> Double)
    case exponential(EMA)
    case rsi(RSI)
    case band(BollingerBands, isUpper: Bool)
    case range(ATR)
    case histogram(MACD)
    case ease(EaseOfMovement)
    case level(SwingLevels, isSupport: Bool)
    indirect case before(Indicator, last: Double?)

    init(_ reading: Reading) {
      self =
        switch reading {
        case .open: .field { $0.open }
        case .high: .field { $0.high }
        case .low: .field { $0.low }
        case .close: .field { $0.close }
        case .volume: .field { $0.volume }
        case .averageVolume(let period): .average(SMA(period: period)) { $0.volume }
        case .average(let period): .average(SMA(period: period)) { $0.close }
        case .exponentialAverage(let period): .exponential(EMA(period: period))
        case .rsi(let period): .rsi(RSI(period: period))
        case .upperBand(let period, let deviations):
          .band(BollingerBands(period: period, width: deviations), isUpper: true)
        case .lowerBand(let period, let deviations):
          .band(BollingerBands(period: period, width: deviations), isUpper: false)
        case .averageTrueRange(let period): .range(ATR(period: period))
        case .macdHistogram(let fast, let slow, let signal):
          .histogram(MACD(fast: fast, slow: slow, signal: signal))
        case .easeOfMovement(let period): .ease(EaseOfMovement(period: period))
        case .support(let reach): .level(SwingLevels(reach: reach), isSupport: true)
        case .resistance(let reach): .level(SwingLevels(reach: reach), isSupport: false)
        case .before(let reading): .before(Indicator(reading), last: nil)
        }
    }

    mutating func update(_ bar: Bar) -> Double? {
      switch self {
      case .field(let value): return value(bar)
      case .average(var average, let field):
        let value = average.update(field(bar))
        self = .average(average, of: field)
        return value
      case .exponential(var average):
        let value = average.update(bar.close)
        self = .exponential(average)
        return value
      case .rsi(var index):
        let value = index.update(bar.close)
        self = .rsi(index)
        // A market that stands still has not fallen.
        return index.shareOfGains == 0.5 ? value.map { _ in 50 } : value
      case .band(var bands, let isUpper):
        let value = bands.update(bar.close)
        self = .band(bands, isUpper: isUpper)
        return isUpper ? value?.upper : value?.lower
      case .range(var range):
        let value = range.update(bar)
        self = .range(range)
        return value
      case .histogram(var macd):
        let value = macd.update(bar.close)
        self = .histogram(macd)
        return value?.histogram
      case .ease(var ease):
        let value = ease.update(bar)
        self = .ease(ease)
        return value
      case .level(var levels, let isSupport):
        levels.update(bar)
        self = .level(levels, isSupport: isSupport)
        return isSupport ? levels.support(of: bar.close) : levels.resistance(of: bar.close)
      case .before(var indicator, let last):
        let value = indicator.update(bar)
        self = .before(indicator, last: value)
        return last
      }
    }
  }

  init(_ asked: [Reading]) {
    self.asked = asked
    indicators = asked.map { Indicator($0) }
  }

  mutating func update(_ bar: Bar) -> Readings {
    guard !asked.isEmpty else { return Readings() }
    return Readings(asked, indicators.indices.map { indicators[$0].update(bar) })
  }
}
