import Allocation
import Market
import Models
import PortfolioFile
import Research
import Signals
import Testing
import Trading

/// YAML 1.1 takes `NO` for false and `1e5` for a number; a ticker is a ticker.
@Suite struct SymbolNamesTests {
  static let tickers = [
    "NO", "ON", "Y", "N", "yes", "True", "null", "~", "1e5", "0x1F", "1_000", "012", "1:30", ".5",
    "2018-04-01", "-1", ".inf", "=",
  ]

  @Test(arguments: tickers)
  func `an unquoted symbol keeps its letters, in the list and under symbol`(ticker: String) throws {
    let text = """
      symbols:
        - \(ticker)
        - BTC
      timeframes: {1d: 1}
      symbol:
        \(ticker): {exit: {stop: 0.2}}
      """
    let portfolio = try resolve(text).portfolio
    #expect(portfolio.symbols == ["BTC", Symbol(ticker)].sorted())
    #expect(portfolio.exit(for: Symbol(ticker)).stop == 0.2)
    #expect(portfolio.exit(for: "BTC").stop == nil)
  }

  @Test(
    arguments: tickers + ["BTC/USDT", "^GSPC", "a b", "quo\"te", "back\\slash", "#1", "[x]"]
      + [
        "a: b", "🚀", "Börse", "line\u{2028}break", "\u{85}", "tab\there", "*star", "a,b", "..", " ",
      ])
  func `any symbol survives the resolved file`(name: String) throws {
    let first = try resolve(
      "symbols: [BTC]\ntimeframes: {1d: 1}\n", ["symbols=[\(jsonQuoted(name))]"])
    #expect(first.portfolio.symbols == [Symbol(name)])
    let second = try resolve(first.effectiveYAML())
    #expect(second.portfolio == first.portfolio)
  }

  @Test func `a symbol with a point is told from the keys behind it`() throws {
    let text = "symbols: [BRK.B, BRK]\ntimeframes: {1d: 1}\n"
    let resolved = try resolve(
      text, ["symbol.BRK.B.exit.stop=0.2", "symbol.BRK.limits.per_symbol=0.1"])
    #expect(resolved.portfolio.exit(for: "BRK.B").stop == 0.2)
    #expect(resolved.portfolio.limits.cap(on: "BRK") == 0.1)
    #expect(resolved.portfolio.limits.cap(on: "BRK.B") == nil)
    #expect(try resolve(resolved.effectiveYAML()).portfolio == resolved.portfolio)
  }

  @Test func `another scalar that YAML would convert stays text as well`() throws {
    #expect(try resolve(file(writing: "capital.currency", "NO")).portfolio.capital.currency == "NO")
    #expect(try resolve(file(writing: "forecast.gate", "off")).portfolio.forecast.gate == .off)
  }

  private func jsonQuoted(_ name: String) -> String {
    let escaped = name.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\t": "\\t"
      case "\u{85}": "\\N"
      case "\u{2028}": "\\L"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
