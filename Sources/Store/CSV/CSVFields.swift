/// Walks over the lines of a file and splits each into fields, without copying.
///
/// A field may stand in double quotes, which may hold the separator but no line end. Lines end with
/// LF or CRLF; the last one need not. Blank lines are passed over.
struct CSVFields: ~Copyable {
  static let maximumLineLength = 1 << 20

  enum Failure: Error {
    case openQuote
    case tooLong
  }

  let separator: UInt8
  private(set) var position: Int
  /// The line last read, 1 is the file's first.
  private(set) var line: Int
  private(set) var count = 0
  private(set) var starts: [Int]
  private(set) var ends: [Int]

  /// - Parameter columns: fields beyond this many are counted and not kept.
  init(separator: UInt8, columns: Int, position: Int, line: Int) {
    self.separator = separator
    self.position = position
    self.line = line
    starts = Array(repeating: 0, count: columns)
    ends = Array(repeating: 0, count: columns)
  }

  /// Reads the next line that is not blank; false at the end of the file.
  ///
  /// After a failure the next call goes on with the line after.
  mutating func next(_ bytes: Span<UInt8>) throws(Failure) -> Bool {
    let size = bytes.count
    while position < size {
      line += 1
      let first = position
      count = 0
      var start = position
      var i = position
      var failure: Failure?
      while true {
        if i >= size || bytes[i] == UInt8(ascii: "\n") {
          var end = i
          if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
          add(start, end)
          break
        }
        let byte = bytes[i]
        if byte == separator {
          add(start, i)
          start = i + 1
        } else if byte == UInt8(ascii: "\""), isBlank(bytes, start, i) {
          var j = i + 1
          while j < size, bytes[j] != UInt8(ascii: "\n"),
            bytes[j] != UInt8(ascii: "\"")
              || (j + 1 < size && bytes[j + 1] == UInt8(ascii: "\""))
          {
            j += bytes[j] == UInt8(ascii: "\"") ? 2 : 1
          }
          if j >= size || bytes[j] == UInt8(ascii: "\n") {
            failure = .openQuote
            i = min(j, size)
            continue
          }
          i = j
        }
        i += 1
      }
      position = min(size, i + 1)
      if i - first > CSVFields.maximumLineLength { throw .tooLong }
      if let failure { throw failure }
      if count == 1, isBlank(bytes, first, i) { continue }
      return true
    }
    return false
  }

  private func isBlank(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end {
      guard bytes[i] == UInt8(ascii: " ") || bytes[i] == UInt8(ascii: "\r") else { return false }
      i += 1
    }
    return true
  }

  private mutating func add(_ start: Int, _ end: Int) {
    if count < starts.count {
      starts[count] = start
      ends[count] = end
    }
    count += 1
  }

  /// The bounds of a field's text, without blanks and quotes around it.
  @inline(__always) func bounds(_ bytes: Span<UInt8>, _ column: Int) -> (start: Int, end: Int) {
    var start = starts[column]
    var end = ends[column]
    while start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
    while end > start, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    if end - start >= 2, bytes[start] == UInt8(ascii: "\""), bytes[end - 1] == UInt8(ascii: "\"") {
      start += 1
      end -= 1
      while start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
      while end > start, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    }
    return (start, end)
  }

  /// The whole text of a field; a doubled quote within quotes stands for one.
  func unquoted(_ bytes: Span<UInt8>, _ column: Int) -> String {
    let (start, end) = bounds(bytes, column)
    let text = DecimalText.text(bytes, start, end)
    var i = starts[column]
    while i < start, bytes[i] == UInt8(ascii: " ") { i += 1 }
    guard i < start, bytes[i] == UInt8(ascii: "\"") else { return text }
    return text.replacing("\"\"", with: "\"")
  }

  /// The beginning of a field's text, for messages.
  func text(_ bytes: Span<UInt8>, _ column: Int) -> String {
    let (start, end) = bounds(bytes, column)
    return DecimalText.text(bytes, start, min(end, start + 40))
  }
}
