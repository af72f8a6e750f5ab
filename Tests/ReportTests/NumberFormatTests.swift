import Report
import Testing

@Suite struct NumberFormatTests {
  let plain = NumberFormat.terminal
  let page = NumberFormat.typographic

  @Test func `percent has one decimal, a space and the sign of the medium`() {
    #expect(plain.percent(0.0625) == "6.2 %")  // 6.25 is exact: ties to even
    #expect(plain.percent(-0.5321) == "-53.2 %")
    #expect(page.percent(-0.5321) == "\u{2212}53.2\u{202F}%")
    #expect(plain.percent(0.123, signed: true) == "+12.3 %")
  }

  @Test func `what rounds to zero has no sign`() {
    #expect(plain.fixed(-0.0004, 2) == "0.00")
    #expect(plain.fixed(-0.0, 1, signed: true) == "0.0")
    #expect(plain.percent(-1e-9) == "0.0 %")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a value that is no number is a dash`(value: Double) {
    for format in [plain, page] {
      #expect(format.fixed(value, 2) == "–")
      #expect(format.percent(value) == "–")
      #expect(format.significant(value) == "–")
      #expect(format.short(value) == "–")
    }
    #expect(plain.fixed(nil, 2) == "–")
    #expect(plain.interval(nil, 2) == "–")
    #expect(plain.percent(1e307) == "–")
  }

  @Test func `groups of three start at five digits`() {
    #expect(plain.count(1234) == "1234")
    #expect(plain.count(14_000) == "14 000")
    #expect(plain.count(-1_234_567) == "-1 234 567")
    #expect(plain.fixed(1_234_567.891, 2) == "1 234 567.89")
    #expect(page.count(14_000) == "14\u{202F}000")
    #expect(plain.count(.min) == "-9 223 372 036 854 775 808")
  }

  @Test(arguments: [
    (13_872, "14 000"), (94, "94"), (0, "0"), (996, "1000"), (99_950, "100 000"), (145, "150"),
    (-13_872, "-14 000"), (1_449_999, "1 400 000"),
  ])
  func `a rough count has two significant digits`(value: Int, text: String) {
    #expect(plain.roughly(value) == text)
  }

  @Test func `intervals`() {
    #expect(plain.interval(-0.124...0.6, 2) == "[-0.12, 0.60]")
    #expect(plain.interval(-0.124...0.6, 2, signed: true) == "[-0.12, +0.60]")
    #expect(plain.percentInterval(0.498...0.526) == "[49.8, 52.6] %")
    #expect(page.interval(0...1, 0) == "[0,\u{A0}1]")
  }

  @Test(arguments: [
    (7412.5, "7412.5"), (0.000123456, "0.00012346"), (12345.678, "12 346"), (0, "0"), (-3, "-3"),
    (0.5, "0.5"),
  ])
  func `prices keep about five significant digits`(value: Double, text: String) {
    #expect(plain.significant(value) == text)
  }

  @Test(arguments: [
    (950.0, "950"), (20_000, "20 k"), (1_500_000, "1.5 M"), (3e9, "3 G"), (0.25, "0.25"),
    (-2000, "-2 k"), (125_000, "125 k"),
  ])
  func `axis amounts are short`(value: Double, text: String) {
    #expect(plain.short(value) == text)
  }
}
