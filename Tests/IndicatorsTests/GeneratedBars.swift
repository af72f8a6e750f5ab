import Foundation
import Kernels
import Market

/// Bars made from a seed, from tame to vicious, all of them valid: positive prices, the close
/// between low and high, volumes of 0 or more.
enum GeneratedBars: String, CaseIterable, Sendable {
  case walk, flat, flatThenMoves, movesThenFlat, jumpUp, jumpDown, oneTick, noVolume, tiny, huge
  case alternating, fat, gappy

  func series(count: Int, _ timeframe: Timeframe = .h1, seed: UInt64 = 1) -> BarSeries {
    BarSeries(
      symbol: "GEN", timeframe: timeframe, calendar: .continuous,
      bars: bars(count: count, timeframe, seed: seed))
  }

  func bars(count: Int, _ timeframe: Timeframe = .h1, seed: UInt64 = 1) -> [Bar] {
    var random = CounterRandom(seed: seed, path: ["bars", rawValue, timeframe.name])
    var close = startPrice
    var slot = timeframe.slot(containing: Timestamp(year: 2020, month: 1, day: 1))
    return (0..<count).map { index in
      let open = close
      close *= exp(step(index, of: count, &random))
      let wick = self == .flat || close == open ? 0 : 0.002
      let high = max(open, close) * (1 + wick * random.uniform())
      let low = min(open, close) * (1 - wick * random.uniform())
      let volume = self == .noVolume || self == .flat ? 0 : 1000 * random.uniform()
      defer {
        let skipped = self == .gappy && random.uniform() < 0.2 ? 1 + random.below(40) : 0
        slot = slot + timeframe.milliseconds * Int64(1 + skipped)
      }
      return Bar(time: slot, open: open, high: high, low: low, close: close, volume: volume)
    }
  }

  private var startPrice: Double {
    switch self {
    case .tiny: 3e-9
    case .huge: 7e11
    default: 100
    }
  }

  /// The log return of bar `index`.
  private func step(_ index: Int, of count: Int, _ random: inout CounterRandom) -> Double {
    let normal = random.normal()
    switch self {
    case .walk, .noVolume, .tiny, .huge, .gappy: return 0.01 * normal
    case .flat: return 0
    case .flatThenMoves: return index < count / 2 ? 0 : 0.01 * normal
    case .movesThenFlat: return index > count / 4 ? 0 : 0.01 * normal
    case .jumpUp: return index == count / 3 ? 14 : 0.001 * normal
    case .jumpDown: return index == count / 3 ? -14 : 0.001 * normal
    case .oneTick: return index == count / 3 ? 1e-15 : 0
    case .alternating: return index % 2 == 0 ? 0.05 : -0.05
    case .fat: return 0.005 * normal / max(0.01, random.uniform())
    }
  }
}
