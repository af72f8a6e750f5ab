import Kernels

/// The way of the log price within a bar, from the last close over the open to the close.
///
/// Given the bar's return it is a Brownian bridge: the open lies on it where the overnight part of
/// the variance ends, then come eight steps. Within a step the highest and lowest point have
/// their exact distribution, `(a + b +- sqrt((b - a)^2 - 2 v log U)) / 2` for a bridge from a to b of
/// variance v (Asmussen, Glynn & Pitman 1995), so high and low are not those of eight points only:
/// the mean square of log(high / low) is that of a continuous path (Parkinson 1980).
struct IntrabarPath {
  /// Log prices of one bar.
  struct Shape: Equatable {
    var open: Double
    var high: Double
    var low: Double
  }

  private static let steps = 8
  private var random: CounterRandom

  init(random: CounterRandom) {
    self.random = random
  }

  /// - Parameters:
  ///   - last: log of the last close.
  ///   - move: log return of the bar, overnight part included.
  ///   - deviation: standard deviation of the bar's innovation.
  ///   - overnightShare: part of the variance before the open, below 1.
  mutating func draw(
    from last: Double, by move: Double, deviation: Double, overnightShare share: Double
  ) -> Shape {
    let open =
      last + share * move + (share * (1 - share)).squareRoot() * deviation * random.normal()
    let close = last + move
    let count = Double(IntrabarPath.steps)
    let variance = deviation * deviation * (1 - share) / count
    var increments: [Double] = []
    var sum = 0.0
    for _ in 0..<IntrabarPath.steps {
      let increment = variance.squareRoot() * random.normal()
      increments.append(increment)
      sum += increment
    }
    let correction = (close - open - sum) / count
    var shape = Shape(open: open, high: max(open, close), low: min(open, close))
    var a = open
    for increment in increments {
      let b = a + increment + correction
      let square = (b - a) * (b - a)
      let up = square - 2 * variance * Elementary.log(1 - random.uniform())
      let down = square - 2 * variance * Elementary.log(1 - random.uniform())
      shape.high = max(shape.high, 0.5 * (a + b + up.squareRoot()))
      shape.low = min(shape.low, 0.5 * (a + b - down.squareRoot()))
      a = b
    }
    return shape
  }
}
