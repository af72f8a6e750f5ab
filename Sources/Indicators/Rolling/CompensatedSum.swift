/// A sum over the whole of a series that keeps the roundings of its additions in a second number.
///
/// Its error does not grow with the number of terms (Neumaier 1974, "Rundungsfehleranalyse einiger
/// Verfahren zur Summation endlicher Summen"): about one ulp of the sum, and 1e-32 a term of the
/// sizes of the terms.
struct CompensatedSum: Sendable {
  var sum = 0.0
  /// What the additions have lost.
  var compensation = 0.0

  var value: Double { sum + compensation }

  @inline(__always)
  mutating func add(_ term: Double) {
    let next = sum + term
    // What the addition loses, exactly and without a comparison (Knuth 1969, "The Art of Computer
    // Programming", volume 2, section 4.2.2).
    let kept = next - sum
    compensation += (sum - (next - kept)) + (term - kept)
    sum = next
  }
}
