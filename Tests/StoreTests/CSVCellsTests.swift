import Store
import Testing

@Suite struct CSVCellsTests {
  @Test(arguments: [
    ("BTC,1.5", ["BTC", "1.5"]),
    (" BTC ,1.5 \r", ["BTC", "1.5"]),
    ("\"Fund, class A\", 2", ["Fund, class A", "2"]),
    (" \"a\" , \" b \",\"\"", ["a", "b", ""]),
    ("\"6\"\" pipe\",6\"", ["6\" pipe", "6\""]),
    ("a,,b,", ["a", "", "b", ""]),
    ("", [""]),
    ("  ", [""]),
  ])
  func `a line is split between commas, but not within quotes`(line: String, fields: [String]) {
    #expect(CSVCells.of(line) == fields)
  }

  @Test(arguments: ["\"a,1", "a,\"1", "\"a\"\",1"])
  func `a quote that is not closed gives no fields`(line: String) {
    #expect(CSVCells.of(line) == nil)
  }
}
