import Report

func percent(_ fraction: Double, _ decimals: Int = 1) -> String {
  NumberFormat.terminal.percent(fraction, decimals)
}

func fixed(_ value: Double, _ decimals: Int, signed: Bool = false) -> String {
  NumberFormat.terminal.fixed(value, decimals, signed: signed)
}

/// 0 for nothing.
func mean(_ values: [Double]) -> Double {
  var sum = 0.0
  for value in values { sum += value }
  return values.isEmpty ? 0 : sum / Double(values.count)
}
