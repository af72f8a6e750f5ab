import Market
import Research

/// The weights over time, stacked: which symbol had how much, and what was cash.
package struct WeightChart {
  /// Bands of colour in the style sheet, the last of them for the rest.
  package static let bands = 12
  /// The most days that are drawn.
  static let rowLimit = 600

  /// A band of the stack: one symbol, or all the small ones together.
  package struct Band {
    package var name: String
    /// Columns of the weights that it adds up.
    package var columns: [Int]
  }

  package let bands: [Band]
  let rows: [BacktestReport.WeightRow]

  package init(symbols: [Symbol], rows: [BacktestReport.WeightRow], limit: Int) {
    self.rows = WeightChart.thinned(rows, limit: limit)
    var size = [Double](repeating: 0, count: symbols.count)
    for row in rows {
      for (column, weight) in row.weights.enumerated() where weight.isFinite {
        size[column] += abs(weight)
      }
    }
    guard symbols.count > WeightChart.bands else {
      bands = symbols.enumerated().map { Band(name: $1.name, columns: [$0]) }
      return
    }
    let bySize = symbols.indices.sorted { (size[$0], -$0) > (size[$1], -$1) }
    let large = bySize.prefix(WeightChart.bands - 1).sorted()
    let rest = bySize.dropFirst(WeightChart.bands - 1).sorted()
    bands =
      large.map { Band(name: symbols[$0].name, columns: [$0]) }
      + [Band(name: "\(rest.count) others", columns: rest)]
  }

  /// Keeps at most `limit` rows, with the least and the most invested day of each stretch.
  package static func thinned(_ rows: [BacktestReport.WeightRow], limit: Int) -> [BacktestReport
    .WeightRow]
  {
    let gross = rows.map { row in row.weights.reduce(0) { $0 + abs($1) } }
    return CurveSampling.indices(of: [gross], limit: limit).map { rows[$0] }
  }

  /// The highest and the lowest stack, at least 0...1.
  var range: (low: Double, high: Double) {
    var low = 0.0
    var high = 1.0
    for row in rows {
      high = max(high, row.weights.reduce(0) { $0 + max(0, $1) })
      low = min(low, row.weights.reduce(0) { $0 + min(0, $1) })
    }
    return (low, high)
  }

  /// Returns the stack: long weights upward, short ones downward, cash between the longs and 100 %.
  /// With shorts there is no such remainder, and no cash is drawn.
  func drawing(in frame: PlotFrame) -> Markup {
    let times = rows.map(\.time)
    var up = [Double](repeating: 0, count: rows.count)
    var down = up
    var out: Markup = ""
    for (index, band) in bands.enumerated() {
      var lower = up
      var upper = up
      for (k, row) in rows.enumerated() {
        let weight = band.columns.reduce(0) { $0 + row.weights[$1] }
        if weight >= 0 {
          upper[k] = up[k] + weight
          up[k] = upper[k]
        } else {
          lower[k] = down[k] + weight
          upper[k] = down[k]
          down[k] = lower[k]
        }
      }
      guard zip(lower, upper).contains(where: { $0 != $1 }) else { continue }
      out += path("w\(index)", frame, times, lower, upper)
    }
    let isLongOnly = down.allSatisfy { $0 == 0 }
    if isLongOnly {
      out += path("cash", frame, times, up, up.map { max(1, $0) })
    }
    return out
  }

  private func path(
    _ kind: String, _ frame: PlotFrame, _ times: [Timestamp], _ lower: [Double], _ upper: [Double]
  ) -> Markup {
    let outline = Markup(trusted: frame.area(times, from: lower, to: upper))
    return "<path class=\"\(kind)\" d=\"\(outline)\"/>"
  }
}
