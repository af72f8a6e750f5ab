/// One line of a table that a user wrote, split as the lines of bars are.
public enum CSVCells {
  /// The text of each field between commas, without the blanks and the quotes around it. A field in quotes
  /// may hold commas, and a doubled quote for one.
  ///
  /// Nil where a quote is opened and not closed.
  public static func of(_ line: some StringProtocol) -> [String]? {
    let bytes = Array(line.utf8)
    let comma = UInt8(ascii: ",")
    var fields = CSVFields(
      separator: comma, columns: 1 + bytes.count { $0 == comma }, position: 0, line: 0)
    let span = bytes.span
    do throws(CSVFields.Failure) {
      guard try fields.next(span) else { return [""] }
    } catch {
      return nil
    }
    return (0..<fields.count).map { fields.unquoted(span, $0) }
  }
}
