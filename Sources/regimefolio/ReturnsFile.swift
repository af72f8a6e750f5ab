import Foundation
import Market
import Research

/// Returns as a CSV: a column of dates, then a column an asset, whose names stand in the first line.
///
/// An empty cell is a return that there is not. Returns are fractions: .01 is one per cent.
enum ReturnsFile {
  static func read(_ file: String) throws -> ReturnsAllocation {
    let text: String
    do {
      text = try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw Failure("\(file): cannot be read; give a CSV of a date and a return an asset")
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let head = lines.first.map({ CSVLine.fields($0) }), head.count > 1 else {
      throw Failure("\(file):1: the first line names a date column and the assets")
    }
    let names = head.dropFirst().map { $0 }
    if let place = names.firstIndex(of: "") {
      throw Failure("\(file):1: column \(place + 2) has no name")
    }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw Failure("\(file):1: \(name) stands twice")
    }
    var times: [Timestamp] = []
    var returns: [[Double]] = []
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let place = "\(file):\(index + 1)"
      let cells = CSVLine.fields(line)
      guard cells.count == head.count else {
        throw Failure("\(place): \(cells.count) cells, the first line has \(head.count)")
      }
      guard let time = Timestamp(iso: cells[0]) else {
        throw Failure("\(place): '\(cells[0])' is no date such as 2024-01-31")
      }
      if let last = times.last, time <= last {
        throw Failure("\(place): \(cells[0]) does not come after the line before")
      }
      times.append(time)
      returns.append(
        try zip(names, cells.dropFirst()).map { name, cell in
          if cell.isEmpty { return .nan }
          guard let value = CSVLine.number(cell) else {
            throw Failure("\(place): '\(cell)' of \(name) is no number; leave the cell empty")
          }
          guard value > -1 else {
            throw Failure("\(place): a return of \(cell) of \(name) loses more than there is")
          }
          return value
        })
    }
    guard times.count > 1 else {
      throw Failure("\(file): \(times.count) lines of returns; a covariance needs more")
    }
    return ReturnsAllocation(symbols: names.map { Symbol($0) }, times: times, returns: returns)
  }
}
