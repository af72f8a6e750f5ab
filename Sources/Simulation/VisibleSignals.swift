import Kernels

/// The two things in past bars that may predict the next return, bar by bar.
///
/// They are the product's default features `volume_z_20` and `return_10`, clipped at 2.5: the score
/// of `ln(1 + volume)` within its last 20 values (ddof 0), and the log return of ten bars over
/// `sigma sqrt 10`, sigma the EWMA volatility with decay .94. Both are free of the price's level, so
/// what they predict does not drift.
struct VisibleSignals {
  struct Values: Equatable {
    var volumeScore: Double
    var momentum: Double
  }

  static let limit = 2.5
  private static let volumePeriod = 20
  private static let momentumPeriod = 10
  private static let decay = 0.94
  private static let warmUp = 20

  /// Nil until 21 bars have come.
  private(set) var values: Values?
  private var logVolumes: [Double] = []
  private var logCloses: [Double] = []
  private var weightedSquares = 0.0
  private var weights = 0.0
  private var returns = 0

  /// Takes in a bar that exists, adjusted for splits.
  mutating func update(logClose: Double, volume: Double) {
    if let last = logCloses.last {
      let move = logClose - last
      weightedSquares = VisibleSignals.decay * weightedSquares + move * move
      weights = VisibleSignals.decay * weights + 1
      returns += 1
    }
    VisibleSignals.push(logClose, on: &logCloses, keeping: VisibleSignals.momentumPeriod + 1)
    VisibleSignals.push(
      Elementary.log(1 + volume), on: &logVolumes, keeping: VisibleSignals.volumePeriod)
    guard returns >= VisibleSignals.warmUp else { return }
    let sigma = (weightedSquares / weights).squareRoot()
    let move = logClose - logCloses[0]
    let momentum = move / (sigma * Double(VisibleSignals.momentumPeriod).squareRoot())
    values = Values(volumeScore: clipped(score), momentum: clipped(momentum))
  }

  private var score: Double {
    let count = Double(logVolumes.count)
    var mean = 0.0
    for value in logVolumes { mean += value }
    mean /= count
    var square = 0.0
    for value in logVolumes { square += (value - mean) * (value - mean) }
    let deviation = (square / count).squareRoot()
    return deviation > 0 ? (logVolumes[logVolumes.count - 1] - mean) / deviation : 0
  }

  private func clipped(_ value: Double) -> Double {
    min(VisibleSignals.limit, max(-VisibleSignals.limit, value))
  }

  private static func push(_ value: Double, on window: inout [Double], keeping count: Int) {
    if window.count == count { window.removeFirst() }
    window.append(value)
  }
}
