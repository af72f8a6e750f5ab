import Foundation
import Kernels
import Market

/// Reads bars from a CSV file whose first line names its columns.
///
/// Columns are found by name in any order (real files put close before high): a time (`time`,
/// `date`, `datetime`, `timestamp`, `ts`, `ts_open`, `open_time`, `unix`), `open`, `high`, `low`,
/// `close`, `volume`, optionally with one prefix (`BTC.open`), and a symbol (`symbol`, `ticker`,
/// `name`) where a file holds several. Other columns of numbers are kept under their own names.
/// Separators are `,` `;` and TAB. A row that cannot be used is left out with its line and reason;
/// it costs only itself.
public struct CSVBarReader: Sendable {
  public let options: IngestOptions

  public init(options: IngestOptions = IngestOptions()) {
    self.options = options
  }

  /// - Throws: `StoreError.csv`.
  public func read(_ path: String) throws -> CSVBars {
    try parse(CSVBarReader.contents(path), file: path)
  }

  private static func contents(_ path: String) throws -> [UInt8] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw StoreError.csv(file: path, line: nil, .unreadable("no such file"))
    }
    guard !isFolder.boolValue else {
      throw StoreError.csv(file: path, line: nil, .unreadable("it is a folder"))
    }
    do {
      let url = URL(fileURLWithPath: path)
      if isRegular(path) { return [UInt8](try Data(contentsOf: url)) }
      // A pipe has no size and is read to its end.
      let pipe = try FileHandle(forReadingFrom: url)
      defer { try? pipe.close() }
      return [UInt8](try pipe.readToEnd() ?? Data())
    } catch {
      throw StoreError.csv(file: path, line: nil, .unreadable("permission denied or disk error"))
    }
  }

  private static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Reads the bytes of a file; `file` is its name, for messages and for its symbol.
  public func parse(_ bytes: [UInt8], file: String) throws -> CSVBars {
    do {
      return try parse(bytes, named: file)
    } catch let located as LocatedProblem {
      throw StoreError.csv(file: file, line: located.line, located.problem)
    } catch let problem as CSVProblem {
      throw StoreError.csv(file: file, line: nil, problem)
    }
  }

  private struct LocatedProblem: Error {
    var line: Int
    var problem: CSVProblem
  }

  private func parse(_ bytes: [UInt8], named file: String) throws -> CSVBars {
    let (header, start, headerLine) = try header(bytes)
    var rows = CSVRows(header: header, zone: Int64(options.zoneMinutes) * 60_000)
    var fields = CSVFields(
      separator: header.separator, columns: header.names.count + 1, position: start,
      line: headerLine)
    let span = bytes.span
    var isAtEnd = false
    while !isAtEnd {
      do throws(CSVFields.Failure) {
        if try fields.next(span) { rows.add(fields, span) } else { isAtEnd = true }
      } catch {
        switch error {
        case .openQuote:
          rows.rejects.append(RejectedRow(line: fields.line, reason: .openQuote))
        case .tooLong:
          throw LocatedProblem(
            line: fields.line, problem: .lineTooLong(limit: CSVFields.maximumLineLength))
        }
      }
    }
    guard rows.bars.count + rows.rejects.count > 0 else { throw CSVProblem.headerOnly }
    var grouping = CSVGrouping(rows: rows, header: header, file: file, options: options)
    let series = try grouping.series()
    let rejects = grouping.rejects.sorted { $0.line < $1.line }
    if options.strict,
      let first = (rejects + grouping.strayTexts).min(by: { $0.line < $1.line })
    {
      throw LocatedProblem(line: first.line, problem: .rejected(first.reason))
    }
    guard !series.isEmpty else {
      guard let first = rejects.first else { throw CSVProblem.headerOnly }
      throw LocatedProblem(
        line: first.line, problem: .noUsableRow(first: first.reason, rejected: rejects.count))
    }
    var notes = grouping.notes
    if bytes.last != UInt8(ascii: "\n") {
      notes.append("the last line has no line end; if the file was cut off, ingest it again")
    }
    var hash = SHA256()
    hash.update(bytes)
    return CSVBars(
      file: file, sha256: hash.hex(), dialect: grouping.dialect, series: series,
      rejected: Array(rejects.prefix(CSVBars.keptRejects)), rejectedCount: rejects.count,
      repeated: grouping.repeated, notes: notes, key: grouping.key)
  }

  /// The header, where the line after it begins, and its own number.
  private func header(_ bytes: [UInt8]) throws -> (CSVHeader, Int, Int) {
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw CSVProblem.notText("it begins like UTF-16")
    }
    if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      throw CSVProblem.notText("it is compressed: unpack it first")
    }
    var line = 0
    while position < bytes.count {
      line += 1
      let limit = min(bytes.count, position + CSVFields.maximumLineLength)
      let found = bytes[position..<limit].firstIndex(of: UInt8(ascii: "\n"))
      guard found != nil || limit == bytes.count else {
        throw LocatedProblem(
          line: line, problem: .lineTooLong(limit: CSVFields.maximumLineLength))
      }
      let end = found ?? bytes.count
      let text = bytes[position..<end]
      let next = min(bytes.count, end + 1)
      if text.contains(0) { throw CSVProblem.notText("it holds a zero byte") }
      if text.dropLast().contains(UInt8(ascii: "\r")) { throw CSVProblem.carriageReturns }
      let isBlank = text.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
      if !isBlank {
        guard let decoded = String(validating: text, as: UTF8.self) else {
          throw CSVProblem.notText("its header has bytes that are not UTF-8")
        }
        do throws(CSVProblem) {
          let header = try CSVHeader(line: decoded) { separator in
            firstRow(bytes, next, separator)
          }
          return (header, next, line)
        } catch {
          throw LocatedProblem(line: line, problem: error)
        }
      }
      position = next
    }
    throw CSVProblem.empty
  }

  private func firstRow(_ bytes: [UInt8], _ position: Int, _ separator: UInt8) -> [String] {
    var fields = CSVFields(separator: separator, columns: 64, position: position, line: 0)
    let span = bytes.span
    do throws(CSVFields.Failure) {
      guard try fields.next(span) else { return [] }
    } catch {
      // The reading proper reports it with its line.
      return []
    }
    return (0..<min(64, fields.count)).map { fields.text(span, $0) }
  }
}
