import Foundation
import Market
import Trading

extension Book {
  /// The same marks with these quantities and this cash.
  func holding(_ quantities: [Symbol: Double], cash: Double) -> Book {
    var book = Book(symbols: symbols, cash: cash)
    for (index, symbol) in symbols.enumerated() {
      guard let mark = marks[index] else { continue }
      book.mark(index, at: mark)
      guard let quantity = quantities[symbol], quantity != 0 else { continue }
      // A position taken over at its mark: it costs what it is worth.
      book.credit(interest: 0)
      book.apply(
        Fill(
          time: .distantPast, symbol: symbol, quantity: quantity, price: mark, fee: 0,
          slippage: 0, reason: "held"), at: index)
    }
    return book
  }
}

/// Holdings as a CSV: `symbol,quantity`, with a line `CASH`.
enum HoldingsFile {
  static func read(_ file: String, into book: Book) throws -> Book {
    let text: String
    do {
      text = try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw Failure("\(file): cannot be read; give a CSV of symbol,quantity")
    }
    var quantities: [Symbol: Double] = [:]
    var cash = 0.0
    for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let place = "\(file):\(index + 1)"
      if index == 0, fields.first?.lowercased() == "symbol" { continue }
      guard fields.count == 2, let quantity = Double(fields[1]), quantity.isFinite else {
        throw Failure("\(place): '\(line)' is not symbol,quantity")
      }
      if fields[0].uppercased() == "CASH" {
        cash += quantity
      } else {
        let symbol = Symbol(fields[0])
        guard let known = book.symbols.firstIndex(of: symbol) else {
          throw Failure("\(place): \(symbol) is not in the portfolio; sell it or add it")
        }
        guard book.marks[known] != nil else { throw Failure("\(place): no price of \(symbol)") }
        quantities[symbol, default: 0] += quantity
      }
    }
    // Positions are bought out of cash when they are taken over, so add their value first.
    var value = cash
    for (index, symbol) in book.symbols.enumerated() {
      value += (quantities[symbol] ?? 0) * (book.marks[index] ?? 0)
    }
    guard value > 0 else { throw Failure("\(file): the holdings are worth nothing") }
    return book.holding(quantities, cash: value)
  }
}
