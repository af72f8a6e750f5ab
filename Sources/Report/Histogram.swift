/// How often values fall into intervals of equal width.
package struct Histogram: Sendable, Equatable {
  /// The lower edge of the first interval.
  package let low: Double
  package let high: Double
  package let counts: [Int]

  /// - Parameters:
  ///   - values: What is counted; not empty, finite.
  ///   - mark: A value that the range must hold without being counted.
  ///   - bins: Intervals over the range.
  package init(_ values: [Double], mark: Double, bins: Int) {
    precondition(!values.isEmpty && bins > 0)
    let ends = values + [mark]
    var (low, high) = (ends.min()!, ends.max()!)
    // Values that are all alike still need a width.
    let least = max(abs(low), abs(high), 1) * 0.01
    if high - low < least {
      let middle = (low + high) / 2
      (low, high) = (middle - least / 2, middle + least / 2)
    }
    var counts = [Int](repeating: 0, count: bins)
    for value in values {
      let place = Int((value - low) / (high - low) * Double(bins))
      counts[min(bins - 1, max(0, place))] += 1
    }
    self.low = low
    self.high = high
    self.counts = counts
  }

  /// The position of a value, 0 (low) to 1000 (high).
  package func x(_ value: Double) -> Double {
    min(1, max(0, (value - low) / (high - low))) * PlotFrame.side
  }

  /// The highest count, at least 1.
  package var tallest: Int { max(1, counts.max() ?? 0) }

  /// The outline of the bars in a drawing of 1000 by 1000, a gap of two units between them and some
  /// air above the tallest.
  var outline: String {
    var path = ""
    let width = PlotFrame.side / Double(counts.count)
    for (index, count) in counts.enumerated() where count > 0 {
      let left = PlotFrame.coordinate(Double(index) * width + 1)
      let right = PlotFrame.coordinate(Double(index + 1) * width - 1)
      let top = PlotFrame.coordinate(y(Double(count)))
      path += "M\(left) 1000V\(top)H\(right)V1000Z"
    }
    return path
  }

  /// The height of a count, 1000 (none) to 0.
  func y(_ count: Double) -> Double {
    (1 - count / (Double(tallest) * 1.08)) * PlotFrame.side
  }
}
