/// An unevaluated sum `high + low` of two doubles with `|low| ≤ ulp(high) / 2`: 106 bits or more.
///
/// Carries the logarithm through `pow` and the quotient through `tanh` and `sigmoid`.
/// Exact transformations after Knuth (1969) and Dekker, "A floating-point technique for extending
/// the available precision", Numer. Math. 18 (1971). They hold while nothing overflows or
/// underflows; the callers bound their arguments.
struct DoubleDouble {
  var high: Double
  var low: Double

  /// Returns `a + b` exactly (Knuth).
  static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
    let s = a + b
    let v = s - a
    return DoubleDouble(high: s, low: (a - (s - v)) + (b - v))
  }

  /// Returns `a + b` exactly if `a` is zero or `|a| ≥ |b|` (Dekker).
  static func orderedSum(_ a: Double, _ b: Double) -> DoubleDouble {
    let s = a + b
    return DoubleDouble(high: s, low: (a - s) + b)
  }

  /// Returns `a · b` exactly for `|a|, |b| < 2^996` (Dekker, Veltkamp's splitting).
  static func product(_ a: Double, _ b: Double) -> DoubleDouble {
    let p = a * b
    let ca = 134_217_729 * a
    let aHigh = ca - (ca - a)
    let aLow = a - aHigh
    let cb = 134_217_729 * b
    let bHigh = cb - (cb - b)
    let bLow = b - bHigh
    let low = ((aHigh * bHigh - p) + aHigh * bLow + aLow * bHigh) + aLow * bLow
    return DoubleDouble(high: p, low: low)
  }

  /// Returns `a + b` to about 2^-104.
  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let s = sum(a.high, b.high)
    let t = sum(a.low, b.low)
    let v = orderedSum(s.high, s.low + t.high)
    return orderedSum(v.high, v.low + t.low)
  }

  /// Returns `a · b` to about 2^-104.
  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let p = product(a.high, b.high)
    return orderedSum(p.high, p.low + (a.high * b.low + a.low * b.high))
  }

  /// Returns `a · b` to about 2^-104.
  static func * (a: DoubleDouble, b: Double) -> DoubleDouble {
    let p = product(a.high, b)
    return orderedSum(p.high, p.low + a.low * b)
  }

  /// Returns `a / b` to about 2^-104.
  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let q = a.high / b.high
    let p = product(q, b.high)
    let remainder = ((a.high - p.high) - p.low) + (a.low - q * b.low)
    return orderedSum(q, remainder / b.high)
  }
}
