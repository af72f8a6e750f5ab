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
    case .stopped(let rule): "stopped: \(rule)"
    case .volatilityTarget(let scale): "volatility target x\(factorText(scale))"
    case .drawdownThrottle(let scale): "drawdown throttle x\(factorText(scale))"
    case .regimeSize(let multiplier): "regime x\(factorText(multiplier))"
    case .tilt(let multiplier): "tilt x\(factorText(multiplier))"
    case .gross(let scale): "gross limit x\(factorText(scale))"
    case .capPerSymbol(let limit): "cap of \(percentText(limit))"
    case .insideBand(let change, let width):
      "held: change of \(percentText(change)) is within the band of \(percentText(width))"
    case .limitBreached(let held): "held \(percentText(held)) breaks a limit: the band is ignored"
    case .outsideBand(let change, let width):
      "traded: change of \(percentText(change)) is beyond the band of \(percentText(width))"
    case .entry: "entry"
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
