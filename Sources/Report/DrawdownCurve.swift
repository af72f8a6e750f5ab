/// How far equity stands below its highest value so far.
package enum DrawdownCurve {
  /// Returns `equity / highest so far − 1`: 0 at a peak, negative below. The first value is a peak.
  package static func values(of equity: [Double]) -> [Double] {
    var peak = -Double.infinity
    return equity.map { value in
      peak = max(peak, value)
      return peak > 0 ? value / peak - 1 : 0
    }
  }
}
