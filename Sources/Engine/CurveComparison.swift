/// Sets equity and cash of two engines side by side, close by close.
///
/// Differences are relative to the equity at that close, or to what is owed or was received for short
/// positions where that is more; where little is left of an account, to a thousandth of what it began
/// with. The rounding of large sums does not shrink with the account.
public struct CurveComparison: Sendable, Equatable {
  public enum Figure: String, Sendable {
    case equity, cash
  }

  /// A figure that the engines do not have in common.
  public struct Difference: Sendable, Equatable {
    public let step: Int
    public let figure: Figure
    public let first: Double
    public let second: Double
  }

  /// By how much figures of one run may differ: rounding leaves less than a tenth of it, another fill,
  /// fee or price more.
  public static let tolerance = 1e-9

  /// The largest relative difference of any figure.
  public private(set) var largest = 0.0
  /// The first that is beyond the tolerance; nil where the engines agree.
  public private(set) var disagreement: Difference?

  /// - Parameters:
  ///   - equity, cash: by the first engine at the close of each step, in currency.
  ///   - otherEquity, otherCash: by the second one.
  ///   - capital: what the account began with.
  public init(
    equity: [Double], cash: [Double], otherEquity: [Double], otherCash: [Double], capital: Double
  ) {
    precondition(
      [cash, otherEquity, otherCash].allSatisfy { $0.count == equity.count }, "one a step")
    for step in equity.indices {
      let scale = max(abs(equity[step]), abs(cash[step]), capital / 1000)
      compare(.equity, equity[step], otherEquity[step], scale, step)
      compare(.cash, cash[step], otherCash[step], scale, step)
    }
  }

  private mutating func compare(
    _ figure: Figure, _ first: Double, _ second: Double, _ scale: Double, _ step: Int
  ) {
    guard first != second else { return }
    let difference = abs(first - second) / scale
    // What is not a number agrees with nothing.
    let relative = difference.isNaN ? .infinity : difference
    largest = max(largest, relative)
    guard disagreement == nil, relative > CurveComparison.tolerance else { return }
    disagreement = Difference(step: step, figure: figure, first: first, second: second)
  }
}
