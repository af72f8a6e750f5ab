import Market

extension IneligibilityReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .insufficientHistory(let have, let need): "\(have) returns of the \(need) needed"
    case .stalePrice: "stale price"
    case .zeroVolatility: "zero volatility"
    case .noSignal: "no signal"
    }
  }
}

extension AllocationReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .ineligible(let reason): "not eligible: \(reason)"
    case .notEntered: "no entry"
    case .noConviction: "no conviction"
    case .exit(let rule): "exit: \(rule)"
    case .partlyClosed(let rule, let kept): "exit: \(rule), x\(factorText(kept)) kept"
    case .stopped(let rule): "stopped: \(rule)"
    case .volatilityTarget(let scale): "volatility target x\(factorText(scale))"
    case .drawdownThrottle(let scale): "drawdown throttle x\(factorText(scale))"
    case .regimeSize(let multiplier): "regime x\(factorText(multiplier))"
    case .trend(let multiplier): "trend x\(factorText(multiplier))"
    case .tilt(let multiplier): "tilt x\(factorText(multiplier))"
    case .gross(let scale): "gross limit x\(factorText(scale))"
    case .capPerSymbol(let limit): "cap of \(percentText(limit))"
    case .correlated(let symbol, let correlation, let scale):
      "correlates \(factorText(correlation)) with \(symbol): x\(factorText(scale))"
    case .positions(let limit): "not among the \(limit) largest positions"
    case .sum(let limit, let price): "\(limit) takes \(percentText(price))"
    case .diversification(let scale): "diversification x\(factorText(scale))"
    case .volatility(let scale): "volatility limit x\(factorText(scale))"
    case .liquidity(let done): "liquidity: \(percentText(done)) of the trade now"
    case .waiting(let symbols):
      "waits until \(symbols.map(\.name).joined(separator: ", ")) can be sold"
    case .lot(let lot): "rounded to lots of \(smallPercentText(lot))"
    case .minimumNotional(let least): "smallest trade is \(smallPercentText(least))"
    case .insideBand(let change, let width):
      "held: a change by \(pointsText(change)) is within the band of \(pointsText(width))"
    case .limitBreached(let held): "held \(percentText(held)) breaks a limit: the band is ignored"
    case .finishing(let change):
      "traded: a change by \(pointsText(change)) finishes the trade of the decision before"
    case .outsideBand(let change, let width):
      "traded: a change by \(pointsText(change)) is beyond the band of \(pointsText(width))"
    case .entry: "entry"
    case .turnover(let done): "turnover limit: \(percentText(done)) of the trade now"
    }
  }
}

extension SumLimit: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gross: "gross limit"
    case .net: "net limit"
    case .leverage(let isShort): "leverage limit on \(isShort ? "shorts" : "longs")"
    case .group(let name): "limit of group \(name)"
    case .cluster(let symbols):
      "limit of cluster \(symbols.map(\.name).joined(separator: "+"))"
    }
  }
}

extension LimitViolation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .perSymbol(let symbol, let weight, let limit):
      "\(symbol): weight \(percentText(weight)) is beyond its limit of \(percentText(limit))"
    case .sum(.gross, let total, let limit):
      "gross exposure \(percentText(total)) is beyond its limit of \(percentText(limit))"
    case .sum(.net, let total, let limit):
      "net exposure \(percentText(total)) is beyond its limit of \(percentText(limit))"
    case .sum(.leverage(let isShort), let total, let limit):
      "\(isShort ? "short" : "long") exposure \(percentText(total)) is beyond the"
        + " \(percentText(limit)) that leverage allows"
    case .sum(.group(let name), let total, let limit):
      "group \(name): \(percentText(total)) is beyond its limit of \(percentText(limit))"
    case .sum(.cluster(let symbols), let total, let limit):
      "cluster \(symbols.map(\.name).joined(separator: "+")): \(percentText(total)) is beyond its"
        + " limit of \(percentText(limit))"
    case .positions(let count, let limit):
      "\(count) positions are more than the \(limit) allowed"
    case .turnover(let total, let limit):
      "turnover \(percentText(total)) is beyond its limit of \(percentText(limit))"
    case .pair(let first, let second, let correlation, let limit):
      "\(first) and \(second) correlate \(factorText(correlation)), from \(factorText(limit)) on"
        + " only one is held"
    case .volatility(let value, let limit):
      "expected volatility \(percentText(value)) is beyond its limit of \(percentText(limit))"
    case .diversification(let measure, let value, let limit):
      "\(measure) \(factorText(value)) is beyond its limit of \(factorText(limit))"
    case .liquidity(let symbol, let trade, let limit):
      "\(symbol): a trade of \(percentText(trade)) is more than its market's \(percentText(limit))"
    case .lot(let symbol, let weight, let lot):
      "\(symbol): \(percentText(weight)) is no whole number of lots of"
        + " \(smallPercentText(lot))"
    case .minimumNotional(let symbol, let trade, let limit):
      "\(symbol): a trade of \(smallPercentText(trade)) is less than the smallest of"
        + " \(smallPercentText(limit))"
    case .notFinite(let symbol):
      "\(symbol): the weight is not a finite number"
    }
  }
}

extension UnreachedLimit: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .requiredTrades:
      "\(violation): exits and the other limits require it"
    case .untradable(let symbols):
      "\(violation): \(symbols.map(\.name).joined(separator: ", ")) cannot be traded before the next"
        + " bar"
    case .illiquid(let symbols):
      "\(violation): no more of \(symbols.map(\.name).joined(separator: ", ")) can be traded at once"
    case .rounding:
      "\(violation): whole lots and the smallest trade leave nothing nearer"
    case .diversificationUnreachable(let best, let limits):
      limits.isEmpty
        ? "\(violation): \(unreachableText(best))"
        : "\(violation): with \(limits.map { "limits.\($0.rawValue)" }.joined(separator: ", "))"
          + " positions reach \(factorText(best)) at best; widen"
          + " \(limits.count > 1 ? "one of them" : "it") or ask for less"
    }
  }
}

extension UnreachedLimit {
  /// How near positions come to a measure of diversification, and what would help.
  private func unreachableText(_ best: Double) -> String {
    if case .diversification(.averageCorrelation, _, _) = violation {
      return "cut towards equal risk, the wanted positions reach \(factorText(best)) at best; leave"
        + " out what correlates most, or ask for less"
    }
    return "the wanted positions reach \(factorText(best)) at best; hold more symbols or ask for"
      + " less"
  }
}

extension DiversificationMeasure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .effectiveBets: "equal shares of the risk"
    case .averageCorrelation: "average correlation"
    }
  }
}

extension AllocationLine: CustomStringConvertible {
  /// `BTC: prior 6.2 % -> vol target 3.4 % -> regime 3.2 % -> tilt x1.00 3.2 % -> limits 3.2 % ->
  /// traded 3.2 %`
  public var description: String {
    "\(symbol): prior \(percentText(prior)) -> vol target \(percentText(scaled))"
      + " -> regime \(percentText(afterRegime))"
      + " -> tilt x\(factorText(tiltMultiplier)) \(percentText(tilted))"
      + " -> limits \(percentText(limited)) -> \(isTraded ? "traded" : "held")"
      + " \(percentText(target))"
  }
}

/// A fraction as percent with one decimal: `0.0625` is `6.3 %`.
func percentText(_ fraction: Double) -> String {
  "\(fixedText(fraction * 100, decimals: 1)) %"
}

/// A difference of two shares in percentage points with one decimal: of weights, not of their size.
func pointsText(_ difference: Double) -> String {
  "\(fixedText(difference * 100, decimals: 1)) points"
}

/// A fraction as percent with two significant digits at least: a lot may be a millionth of equity.
func smallPercentText(_ fraction: Double) -> String {
  let percent = abs(fraction * 100)
  var (decimals, unit) = (1, 10.0)
  while percent > 0, percent * unit < 10, decimals < 12 {
    decimals += 1
    unit *= 10
  }
  return "\(fixedText(fraction * 100, decimals: decimals)) %"
}

/// A factor with two decimals: `1` is `1.00`.
func factorText(_ factor: Double) -> String {
  fixedText(factor, decimals: 2)
}

/// A number with a fixed count of decimals, rounded half away from zero.
///
/// Written out because the standard library has no formatting without Foundation. Magnitudes
/// of 1e12 and more keep Swift's own notation.
private func fixedText(_ value: Double, decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
  var unit: Int64 = 1
  for _ in 0..<decimals { unit *= 10 }
  let scaled = Int64(abs(value) * Double(unit) + 0.5)
  let fraction = String(scaled % unit)
  let zeros = String(repeating: "0", count: decimals - fraction.count)
  let sign = value < 0 && scaled > 0 ? "-" : ""
  return "\(sign)\(scaled / unit).\(zeros)\(fraction)"
}
