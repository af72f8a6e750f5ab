/// One value for each index from 0 on; NaN where there is none yet.
@inline(__always)
func column(_ count: Int, _ value: (Int) -> Double?) -> [Double] {
  var column = Array(repeating: Double.nan, count: count)
  for index in 0..<count {
    if let value = value(index) { column[index] = value }
  }
  return column
}
