import Market
import Testing

@Suite struct ExtraColumnTests {
  private let start = Timestamp(year: 2020, month: 1, day: 1)

  private func column() -> ExtraColumn {
    var column = ExtraColumn(name: "funding")
    column.append(0.1, knownAt: start)
    column.append(-0.2, knownAt: start + 100)
    column.append(0.3, knownAt: start + 250)
    return column
  }

  @Test func `a value holds from when it is known until the next`() {
    let column = column()
    #expect(column.value(at: start - 1) == nil)
    #expect(column.value(at: start) == 0.1)
    #expect(column.value(at: start + 99) == 0.1)
    #expect(column.value(at: start + 100) == -0.2)
    #expect(column.value(at: start + 1_000_000) == 0.3)
    #expect(ExtraColumn(name: "none").value(at: start) == nil)
  }

  @Test func `what is known at a time is the column cut there`() {
    let column = column()
    for time in [start - 1, start, start + 99, start + 100, start + 250, start + 300] {
      let cut = column.known(at: time)
      #expect(cut.name == "funding")
      #expect(cut.knownAt == column.knownAt.filter { $0 <= time })
      #expect(cut.values.count == cut.knownAt.count)
      #expect(cut.value(at: start + 500) == column.value(at: time))
    }
  }
}
