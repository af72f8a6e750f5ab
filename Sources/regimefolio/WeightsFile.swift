import Engine
import Foundation
import Market

/// Target weights as a CSV: header `decision_bar_index,SYM,...` or `time,SYM,...`.
enum WeightsFile {
  /// Reads the rows as weights by the close at which they are decided, in the grid's symbol order.
  /// - Parameter leverage: the greatest sum of absolute weights.
  static func read(_ file: String, grid: BarGrid, leverage: Double = 1) throws -> [Timestamp:
    [Double]]
  {
    let text: String
    do {
      text = try String(contentsOfFile: file, encoding: .utf8)
    } catch {
      throw Failure("\(file): cannot be read; give the path of a CSV file of weights")
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let header = CSVLine.fields(lines.first ?? "")
    let columns = try columns(header, file, grid)
    var weights: [Timestamp: [Double]] = [:]
    for (row, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let place = "\(file):\(row + 1)"
      let fields = CSVLine.fields(line)
      guard fields.count == header.count else {
        throw Failure("\(place): \(fields.count) fields, the header names \(header.count)")
      }
      let decided = try close(fields[0], header[0], place, grid)
      var values = Array(repeating: 0.0, count: grid.symbols.count)
      for (column, field) in zip(columns, fields.dropFirst()) {
        guard let weight = CSVLine.number(field) else {
          throw Failure("\(place): '\(field)' is not a weight")
        }
        guard weight == 0 || grid.series[column].countKnown(at: decided) > 0 else {
          throw Failure(
            "\(place): \(grid.symbols[column]) has no bar yet at \(decided); its weight must be 0")
        }
        values[column] = weight
      }
      let gross = values.reduce(0) { $0 + abs($1) }
      guard gross <= leverage + 1e-9 else {
        let most = leverage == 1 ? "without leverage 1" : "'capital.leverage' \(leverage)"
        throw Failure("\(place): the weights add up to \(gross); \(most) is the most")
      }
      guard weights.updateValue(values, forKey: decided) == nil else {
        throw Failure("\(place): a second row for \(fields[0])")
      }
    }
    guard !weights.isEmpty else {
      throw Failure("\(file): a header and no row; write one row for each decision")
    }
    return weights
  }

  /// Where each column after the first stands among the grid's symbols.
  private static func columns(_ header: [String], _ file: String, _ grid: BarGrid) throws -> [Int] {
    guard header.count > 1 else {
      throw Failure("\(file):1: no header; write decision_bar_index,SYM,... or time,SYM,...")
    }
    guard header[0] == "decision_bar_index" || header[0] == "time" else {
      throw Failure(
        "\(file):1: the first column is '\(header[0])'; name it decision_bar_index or time")
    }
    return try header.dropFirst().enumerated().map { position, name in
      guard !header[1..<position + 1].contains(name) else {
        throw Failure("\(file):1: a second column '\(name)'")
      }
      guard let index = grid.symbols.firstIndex(of: Symbol(name)) else {
        throw Failure("\(file):1: '\(name)' is not a symbol of the portfolio")
      }
      return index
    }
  }

  private static func close(_ text: String, _ kind: String, _ place: String, _ grid: BarGrid)
    throws -> Timestamp
  {
    if kind == "decision_bar_index" {
      guard let index = Int(text), grid.times.indices.contains(index) else {
        throw Failure("\(place): '\(text)' is not a bar index in 0...\(grid.times.count - 1)")
      }
      return grid.knownAt(index)
    }
    guard let time = Timestamp(iso: text) else {
      throw Failure("\(place): '\(text)' is not an ISO time such as 2018-04-01T00:00Z")
    }
    guard let step = grid.times.firstIndex(of: time) else {
      throw Failure("\(place): no bar opens at \(time); name the open of a primary bar")
    }
    return grid.knownAt(step)
  }
}
