import Foundation
import Market
import Trading

/// Holdings as a CSV: `symbol,quantity`, with a line `CASH`. A name that holds a comma stands in quotes.
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
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      let fields = CSVLine.fields(line)
      let place = "\(file):\(index + 1)"
      if index == 0, fields.first?.lowercased() == "symbol" { continue }
      guard fields.count == 2, let quantity = CSVLine.number(fields[1]) else {
        throw Failure("\(place): '\(line)' is not symbol,quantity")
      }
      if fields[0].uppercased() == "CASH" {
        // A share of that ticker would be taken for money, or money for the share.
        if let share = book.symbols.first(where: { $0.name.uppercased() == "CASH" }) {
          throw Failure(
            "\(place): '\(fields[0])' is the line of money, and \(share) a symbol of the portfolio; ingest "
              + "its bars under another name (--symbol CASH.US) and hold that")
        }
        cash += quantity
      } else {
        let symbol = Symbol(fields[0])
        guard let known = book.symbols.firstIndex(of: symbol) else {
          throw Failure("\(place): \(symbol) is not in the portfolio; sell it or add it")
        }
        guard book.marks[known] != nil else {
          throw Failure("\(place): no price of \(symbol); ingest its bars")
        }
        quantities[symbol, default: 0] += quantity
      }
    }
    let held = book.holding(quantities, cash: cash)
    guard held.equity > 0 else {
      throw Failure(
        "\(file): the holdings are worth nothing; give CASH or positions that are worth more than "
          + "is owed")
    }
    return held
  }
}

extension Book {
  /// The same marks with these quantities beside this cash.
  func holding(_ quantities: [Symbol: Double], cash: Double) -> Book {
    var holdings: [Int: (quantity: Double, mark: Double)] = [:]
    for (index, symbol) in symbols.enumerated() {
      if let mark = marks[index] { holdings[index] = (quantities[symbol] ?? 0, mark) }
    }
    return Book(symbols: symbols, cash: cash, holdings: holdings)
  }
}
