import Foundation
import Store

/// A line of a CSV that a user wrote by hand or with a spreadsheet: weights, holdings, returns.
enum CSVLine {
  /// The fields between the commas, without the blanks around them. One in quotes may hold commas; where a
  /// quote is not closed it stays in its field, and names no symbol.
  static func fields(_ line: some StringProtocol) -> [String] {
    let fields =
      CSVCells.of(line)
      ?? line.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    return fields.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// A finite decimal number, or nil. `Double` alone would also take `0x10` for 16.
  static func number(_ field: String) -> Double? {
    guard field.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
      let value = Double(field), value.isFinite
    else { return nil }
    return value
  }
}
