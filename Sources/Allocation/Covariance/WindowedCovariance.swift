public import Kernels
public import Market

/// The covariance of the last returns, all with the same weight, shrunk or not.
///
/// It keeps the returns themselves: the window is measured anew at each estimate, so that nothing is
/// left of what has gone out of it, and one bar at a time gives the same bits as the whole history.
public struct WindowedCovariance: CovarianceEstimator {
  /// What the sample covariance is drawn towards.
  public enum Shrinkage: Sendable {
    /// Nothing; the divisor is T − 1.
    case none
    /// Ledoit and Wolf (2004).
    case identity
    /// Ledoit and Wolf (2003).
    case constantCorrelation
    /// Chen, Wiesel, Eldar and Hero (2010).
    case oracleApproximating

    var method: CovarianceMethod {
      switch self {
      case .none: .sample
      case .identity: .ledoitWolf
      case .constantCorrelation: .constantCorrelation
      case .oracleApproximating: .oas
      }
    }
  }

  public let shrinkage: Shrinkage
  /// Bars that count; nil is all.
  public let window: Int?
  /// Whether markets that close at different times are allowed for (`LagOneCorrection`).
  public let correctsLag: Bool
  private let order: SymbolOrder
  private var rows = 0
  /// The rows of the window, the oldest where the next one goes; N returns each.
  private var returns: [Double] = []

  /// - Parameter symbols: the order of the returns passed to `update`; any order.
  /// - Throws: `AllocationError.duplicateSymbol`.
  public init(
    symbols: [Symbol], shrinkage: Shrinkage, window: Int? = nil, correctsLag: Bool = false
  ) throws(AllocationError) {
    precondition((window ?? 2) >= 2)
    order = try SymbolOrder(symbols)
    self.shrinkage = shrinkage
    self.window = window
    self.correctsLag = correctsLag
  }

  public mutating func update(_ given: [Double]) throws(AllocationError) {
    let sorted = try order.sorted(given, row: rows)
    if let window, rows >= window {
      let first = rows % window * order.count
      returns.replaceSubrange(first..<(first + order.count), with: sorted)
    } else {
      returns += sorted
    }
    rows += 1
  }

  public mutating func update(_ given: Matrix) throws(AllocationError) {
    guard given.rows > 0 else { return }
    precondition(given.columns == order.count, "one return a symbol")
    // A sum with an infinite return is infinite or NaN.
    let sums = ReturnsKernels.sums(given.elements, columns: order.count).sums
    guard order.isOrder, rows + given.rows <= window ?? .max, sums.allSatisfy(\.isFinite) else {
      for t in 0..<given.rows { try update(Array(given.row(t))) }
      return
    }
    // The first bars are those of the matrix, which is not copied.
    if rows == 0 { returns = given.elements } else { returns += given.elements }
    rows += given.rows
  }

  public func estimate(minimumObservations: Int = 60) throws(AllocationError)
    -> CovarianceEstimate
  {
    let (n, need) = (order.count, max(2, minimumObservations))
    let kept = inTime()
    var moments = WindowMoments(kept, columns: n)
    let observations = moments.observations
    let eligible = EligibleSymbols(
      order.symbols, observations: observations, still: StillReturns(kept, columns: n), need: need
    ) { moments.covariance[$0 * n + $0].squareRoot() }
    if eligible.indexes.count < n {
      moments = WindowMoments(part(eligible.indexes, of: kept), columns: eligible.indexes.count)
    }
    let shrunk = shrunk(moments)
    let measured = MeasuredCovariance(
      symbols: order.symbols, eligible: eligible, covariance: shrunk.covariance,
      observations: observations, common: moments.common.map { $0.map { Int($0) } }, need: need,
      shrinkage: shrunk.intensity,
      leastEigenvalue: moments.common == nil ? shrunk.leastEigenvalue : 0)
    let estimate = try measured.estimate(name: shrinkage.method.rawValue)
    return correctsLag ? LagOneCorrection(moments).applied(to: estimate) : estimate
  }

  /// Some columns of the rows.
  private func part(_ columns: [Int], of kept: [Double]) -> [Double] {
    let n = order.count
    var part: [Double] = []
    part.reserveCapacity(kept.count / n * columns.count)
    for first in stride(from: 0, to: kept.count, by: n) {
      for i in columns { part.append(kept[first + i]) }
    }
    return part
  }

  /// A covariance after shrinking, and what the smallest eigenvalue of its correlations is at least
  /// where every return is there.
  private struct Shrunk {
    var covariance: [Double]
    var intensity = 0.0
    var leastEigenvalue = 0.0
  }

  private func shrunk(_ moments: WindowMoments) -> Shrunk {
    guard moments.count > 0 else { return Shrunk(covariance: []) }
    switch shrinkage {
    case .none:
      var covariance = moments.covariance
      for i in 0..<moments.count {
        for j in 0..<moments.count {
          let bars = moments.bars(i, j)
          // Pairs with a single common bar are not known anyway.
          if bars > 1 { covariance[i * moments.count + j] *= bars / (bars - 1) }
        }
      }
      return Shrunk(covariance: covariance)
    case .identity: return shrunkToIdentity(moments, moments.ledoitWolfIntensity)
    case .oracleApproximating:
      return shrunkToIdentity(moments, moments.oracleApproximatingIntensity)
    case .constantCorrelation:
      let shrunk = moments.shrunkToConstantCorrelation()
      let least = smallestEigenvalue(
        ofConstant: shrunk.averageCorrelation, count: moments.count)
      return Shrunk(
        covariance: shrunk.covariance, intensity: shrunk.intensity,
        leastEigenvalue: shrunk.intensity * least)
    }
  }

  private func shrunkToIdentity(_ moments: WindowMoments, _ intensity: Double) -> Shrunk {
    let (n, covariance) = (moments.count, moments.shrunkToIdentity(intensity))
    // d μ I adds d μ to every eigenvalue, and the largest variance is what correlations divide by.
    var largest = 0.0
    for i in 0..<n { largest = max(largest, covariance[i * n + i]) }
    return Shrunk(
      covariance: covariance, intensity: intensity,
      leastEigenvalue: intensity * moments.meanVariance / largest)
  }

  /// The rows of the window, oldest first.
  private func inTime() -> [Double] {
    guard let window, rows > window else { return returns }
    let first = rows % window * order.count
    return Array(returns[first...] + returns[..<first])
  }
}
