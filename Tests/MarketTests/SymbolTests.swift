import Market
import Testing

@Suite struct SymbolTests {
  @Test func `orders by bytes, capitals first and accents last`() {
    let names = ["é", "b", "BTC/USDT", "BTC", "^GSPC", "a", "B"]
    #expect(
      names.map { Symbol($0) }.sorted().map(\.name)
        == ["B", "BTC", "BTC/USDT", "^GSPC", "a", "b", "é"])
  }

  @Test func `is its name`() {
    let symbol: Symbol = "NO"
    #expect(symbol.name == "NO")
    #expect("\(symbol)" == "NO")
    #expect(symbol == Symbol("NO"))
    #expect(symbol != Symbol("no"))
  }
}
