import Market

/// The nearest level of support and of resistance: lows and highs at which the price has turned.
///
/// A swing high is a high above those of the `reach` bars before it and of the `reach` bars after it, so
/// it is known `reach` bars later and not before; a swing low is its mirror image. Of the last 50 of each
/// the nearest swing high above a price is its resistance, the nearest swing low below it its support.
public struct SwingLevels: Sendable {
  public let reach: Int
  /// How many turning points of a side are remembered.
  private static let memory = 50

  /// The last `2 reach + 1` bars, or fewer.
  private var highs: [Double] = []
  private var lows: [Double] = []
  private var swingHighs: [Double] = []
  private var swingLows: [Double] = []

  /// - Parameter reach: bars on either side of a turning point, at least 1.
  public init(reach: Int = 2) {
    precondition(reach >= 1, "a turning point has a bar on either side")
    self.reach = reach
  }

  /// Takes in the next bar. A turning point that it confirms counts from here on.
  public mutating func update(_ bar: Bar) {
    SwingLevels.push(bar.high, to: &highs, atMost: 2 * reach + 1)
    SwingLevels.push(bar.low, to: &lows, atMost: 2 * reach + 1)
    guard highs.count == 2 * reach + 1 else { return }
    let (high, low) = (highs[reach], lows[reach])
    if highs.indices.allSatisfy({ $0 == reach || highs[$0] < high }) {
      SwingLevels.push(high, to: &swingHighs, atMost: SwingLevels.memory)
    }
    if lows.indices.allSatisfy({ $0 == reach || lows[$0] > low }) {
      SwingLevels.push(low, to: &swingLows, atMost: SwingLevels.memory)
    }
  }

  /// The nearest swing low below a price; nil where there is none.
  public func support(of price: Double) -> Double? { swingLows.filter { $0 < price }.max() }

  /// The nearest swing high above a price; nil where there is none.
  public func resistance(of price: Double) -> Double? { swingHighs.filter { $0 > price }.min() }

  private static func push(_ value: Double, to values: inout [Double], atMost limit: Int) {
    if values.count == limit { values.removeFirst() }
    values.append(value)
  }
}
