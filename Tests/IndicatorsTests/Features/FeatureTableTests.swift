import Indicators
import Kernels
import Market
import Testing

@Suite struct FeatureTableTests {
  @Test func `holds one row a bar and NaN before the first valid one`() {
    let spec = FeatureSpec.stationary(for: .h1)
    let table = FeatureTable(series: GeneratedBars.walk.series(count: 50), spec: spec)
    #expect(table.names == spec.names)
    #expect(table.firstValid == 33)
    #expect(table.values.rows == 50)
    #expect(table.values.columns == 19)
    let start = table.firstValid * spec.count
    #expect(table.values.elements[..<start].allSatisfy { $0.isNaN })
    #expect(table.values.elements[start...].allSatisfy { $0.isFinite })
  }

  @Test(arguments: [0, 1, 33])
  func `a series that is too short has no valid row`(count: Int) {
    let table = FeatureTable(
      series: GeneratedBars.walk.series(count: count), spec: .stationary(for: .h1))
    #expect(table.firstValid == count)
    #expect(table.values.rows == count)
    #expect(table.values.elements.allSatisfy { $0.isNaN })
  }

  @Test func `columns stand in the order of the spec`() throws {
    let series = GeneratedBars.walk.series(count: 80)
    let one = FeatureTable(
      series: series, spec: try FeatureSpec(names: ["close_location", "rsi_14"]))
    let other = FeatureTable(
      series: series, spec: try FeatureSpec(names: ["rsi_14", "close_location"]))
    for row in 14..<80 {
      #expect(one.values[row, 0] == other.values[row, 1])
      #expect(one.values[row, 1] == other.values[row, 0])
    }
    #expect(one.values[20, 0] != one.values[20, 1])
  }
}
