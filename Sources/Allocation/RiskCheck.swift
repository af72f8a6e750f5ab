public import Market

extension CovarianceEstimate {
  /// How spread the risk of weights is, over the symbols that are measured.
  public func spread(of weights: [(symbol: Symbol, weight: Double)]) -> Diversification {
    var own: [Double] = []
    var rows: [Int] = []
    for (symbol, weight) in weights where weight != 0 {
      guard let row = index(of: symbol) else { continue }
      own.append(weight)
      rows.append(row)
    }
    return Diversification(weights: own, covariance: covariance(of: rows))
  }
}

/// The limits on what weights risk, re-checked where weights change after them.
///
/// They depend on all weights at once, so holding one position inside the no-trade band, or slowing
/// one trade, may break them.
struct RiskCheck {
  let limits: LimitSettings
  let covariance: CovarianceEstimate
  let periodsPerYear: Double

  init(_ limits: LimitSettings, _ input: AllocationInput) {
    self.limits = limits
    covariance = input.covariance
    periodsPerYear = input.periodsPerYear
  }

  var isOff: Bool { limits.volatility == nil && limits.diversification.isOff }

  /// By how much each limit is missed by weights of the lines; 0 where it holds.
  func shortfalls(_ lines: [AllocationLine], _ weight: (AllocationLine) -> Double) -> [Double] {
    guard !isOff else { return [0, 0, 0] }
    let spread = covariance.spread(of: lines.map { ($0.symbol, weight($0)) })
    var missed = [0.0, 0, 0]
    for (measure, value, limit) in limits.diversification.broken(by: spread) {
      switch measure {
      case .effectiveBets: missed[0] = limit / value - 1
      case .averageCorrelation: missed[1] = value - limit
      }
    }
    if let most = limits.volatility {
      let volatility = spread.volatility * periodsPerYear.squareRoot()
      if volatility > most * (1 + DiversificationLimit.tolerance) {
        missed[2] = volatility / most - 1
      }
    }
    return missed
  }

  /// Whether the targets miss one of the limits by more than the wanted weights do: trading decides
  /// that.
  func isWorse(_ lines: [AllocationLine], than wanted: [Double]) -> Bool {
    !isOff
      && zip(shortfalls(lines) { $0.target }, wanted).contains {
        $0 > $1 + DiversificationLimit.tolerance
      }
  }
}
