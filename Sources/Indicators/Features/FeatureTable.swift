import Kernels
import Market

/// The features of a whole series: what a `FeatureStream` gives, bar by bar, as one matrix.
public struct FeatureTable: Sendable {
  public let names: [String]
  /// The first row with values; the number of bars if the series is too short to have any.
  public let firstValid: Int
  /// T x F: row t holds the features known at the close of bar t. Rows before `firstValid` are NaN.
  public let values: Matrix

  public init(series: BarSeries, spec: FeatureSpec) {
    var stream = FeatureStream(spec, series.timeframe)
    names = spec.names
    (firstValid, values) = Matrix.warmRows(of: series, columns: spec.count) {
      stream.update($0, appendingTo: &$1)
    }
  }
}

extension Matrix {
  /// One row a bar; NaN until the first bar for which `update` appends one, and never after.
  static func warmRows(
    of series: BarSeries, columns: Int, _ update: (Bar, inout [Double]) -> Bool
  ) -> (firstValid: Int, values: Matrix) {
    var elements: [Double] = []
    elements.reserveCapacity(series.count * columns)
    var firstValid = series.count
    for (index, bar) in series.enumerated() {
      if update(bar, &elements) {
        firstValid = min(firstValid, index)
      } else {
        elements.append(contentsOf: repeatElement(.nan, count: columns))
      }
    }
    var values = Matrix(rows: series.count, columns: columns, repeating: .nan)
    values.elements = elements
    return (firstValid, values)
  }
}
