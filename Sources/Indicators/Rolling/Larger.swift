/// The larger of two numbers, neither of them NaN; of equals the first.
///
/// The processor does this in one instruction, `Swift.max` with its rules for NaN in several.
@inline(__always)
func larger(_ a: Double, _ b: Double) -> Double { a < b ? b : a }
