import Market
import Research

/// Bands of colour that say which regime each symbol was in.
package enum RegimeRibbon {
  /// Columns that a ribbon is drawn with: about one a pixel on a wide screen.
  package static let columns = 1000

  /// A run of columns with one label; nil where no regime was known.
  package struct Run: Sendable, Equatable {
    package var columns: Range<Int>
    package var label: Int?
  }

  /// Returns the runs of a symbol over `start..<end`: each column has the label that held longest
  /// within it.
  package static func runs(
    of spans: [BacktestReport.RegimeSpan], from start: Timestamp, to end: Timestamp,
    columns count: Int = columns
  ) -> [Run] {
    let labels = self.labels(of: spans, from: start, to: end, columns: count)
    var runs: [Run] = []
    for (column, label) in labels.enumerated() {
      if let last = runs.last, last.label == label {
        runs[runs.count - 1].columns = last.columns.lowerBound..<column + 1
      } else {
        runs.append(Run(columns: column..<column + 1, label: label))
      }
    }
    return runs
  }

  /// Returns the label of each column.
  package static func labels(
    of spans: [BacktestReport.RegimeSpan], from start: Timestamp, to end: Timestamp,
    columns count: Int
  ) -> [Int?] {
    guard end > start else { return [] }
    let width = Double(end - start) / Double(count)
    var best = [(label: Int?, length: Double)](repeating: (nil, 0), count: count)
    // A label's time within a column can come in pieces: they add up before they compete.
    var pieces: [Int: [Int: Double]] = [:]
    for span in spans where span.to > start && span.from < end && span.to > span.from {
      let from = Double(max(span.from, start) - start) / width
      let to = Double(min(span.to, end) - start) / width
      let last = min(count - 1, Int(to))
      for column in min(count - 1, Int(from))...last {
        let length = min(to, Double(column + 1)) - max(from, Double(column))
        guard length > 0 else { continue }
        let total = (pieces[column]?[span.label] ?? 0) + length
        pieces[column, default: [:]][span.label] = total
        if total > best[column].length { best[column] = (span.label, total) }
      }
    }
    return best.map(\.label)
  }

  /// Returns the drawing of one symbol's ribbon, one path a label.
  static func drawing(_ runs: [Run], states: Int) -> Markup {
    (0..<states).map { state in
      let path = runs.filter { $0.label == state }.map { run in
        "M\(run.columns.lowerBound) 0h\(run.columns.count)v1000h-\(run.columns.count)z"
      }.joined()
      guard !path.isEmpty else { return "" }
      return "<path class=\"\(RegimePalette.name(state, of: states))\" d=\"\(path)\"/>" as Markup
    }.joined()
  }

  /// Returns the drawing of the share of symbols in each regime, calm at the bottom.
  static func shares(_ labels: [[Int?]], states: Int) -> Markup {
    let count = labels.first?.count ?? 0
    var known = [Double](repeating: 0, count: count)
    var shares = [[Double]](
      repeating: [Double](repeating: 0, count: count), count: states)
    for row in labels {
      for (column, label) in row.enumerated() {
        guard let label, (0..<states).contains(label) else { continue }
        shares[label][column] += 1
        known[column] += 1
      }
    }
    var floor = [Double](repeating: 1000, count: count)
    return (0..<states).map { state in
      // Steps of whole columns: runs of equal share become one rectangle.
      var path = ""
      var column = 0
      while column < count {
        let height = known[column] > 0 ? shares[state][column] / known[column] * 1000 : 0
        let bottom = floor[column]
        var end = column + 1
        while end < count, floor[end] == bottom,
          (known[end] > 0 ? shares[state][end] / known[end] * 1000 : 0) == height
        { end += 1 }
        if height > 0 {
          let top = PlotFrame.coordinate(bottom - height)
          path += "M\(column) \(top)h\(end - column)V\(PlotFrame.coordinate(bottom))"
          path += "h-\(end - column)z"
        }
        for index in column..<end { floor[index] = bottom - height }
        column = end
      }
      guard !path.isEmpty else { return "" }
      return "<path class=\"\(RegimePalette.name(state, of: states))\" d=\"\(path)\"/>" as Markup
    }.joined()
  }
}

/// Colours of states in the order of their volatility, from blue to red over sand.
///
/// The ends differ in lightness as well as in hue, so that they stay apart for colour-blind readers
/// and on grey paper.
package enum RegimePalette {
  /// Steps of the ramp in the style sheet, `r0` to `r7`.
  static let steps = 8

  package static func name(_ state: Int, of states: Int) -> String {
    guard states > 1 else { return "r0" }
    let clamped = min(max(state, 0), states - 1)
    return "r\((clamped * (steps - 1) * 2 + states - 1) / (2 * (states - 1)))"
  }
}
