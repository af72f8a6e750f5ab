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

  public func estimate(minimumObservations: Int = 60) throws(AllocationError)
    -> CovarianceEstimate
  {
    let (n, need) = (order.count, max(2, minimumObservations))
    let kept = inTime()
    let bars = n == 0 ? 0 : kept.count / n
    var observations = Array(repeating: 0, count: n)
    for t in 0..<bars {
      for i in 0..<n where !kept[t * n + i].isNaN { observations[i] += 1 }
    }
    let eligible = EligibleSymbols(order.symbols, observations: observations, need: need) { i in
      var (sum, squares) = (0.0, 0.0)
      for t in 0..<bars where !kept[t * n + i].isNaN { sum += kept[t * n + i] }
      let (count, mean) = (Double(observations[i]), sum / Double(observations[i]))
      for t in 0..<bars where !kept[t * n + i].isNaN {
        squares += (kept[t * n + i] - mean) * (kept[t * n + i] - mean)
      }
      return (squares / count).squareRoot()
    }
    let columns = eligible.indexes
    var part: [Double] = []
    part.reserveCapacity(bars * columns.count)
    for t in 0..<bars {
      for i in columns { part.append(kept[t * n + i]) }
    }
    let moments = WindowMoments(part, columns: columns.count)
    let (covariance, intensity) = shrunk(moments)
    let measured = MeasuredCovariance(
      symbols: order.symbols, eligible: eligible, covariance: covariance,
      observations: observations, common: moments.common.map { $0.map { Int($0) } }, need: need,
      shrinkage: intensity)
    let estimate = try measured.estimate(name: shrinkage.method.rawValue)
    return correctsLag ? LagOneCorrection(moments).applied(to: estimate) : estimate
  }

  private func shrunk(_ moments: WindowMoments) -> (covariance: [Double], intensity: Double) {
    guard moments.count > 0 else { return ([], 0) }
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
      return (covariance, 0)
    case .identity:
      let intensity = moments.ledoitWolfIntensity
      return (moments.shrunkToIdentity(intensity), intensity)
    case .constantCorrelation:
      let shrunk = moments.shrunkToConstantCorrelation()
      return (shrunk.covariance, shrunk.intensity)
    case .oracleApproximating:
      let intensity = moments.oracleApproximatingIntensity
      return (moments.shrunkToIdentity(intensity), intensity)
    }
  }

  /// The rows of the window, oldest first.
  private func inTime() -> [Double] {
    guard let window, rows > window else { return returns }
    let first = rows % window * order.count
    return Array(returns[first...] + returns[..<first])
  }
}
