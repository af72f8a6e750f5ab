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
    // The logarithms some bars ahead, where none has to wait for another.
    var logs: [SIMD2<Double>] = []
    (firstValid, values) = Matrix.warmRows(of: series, columns: spec.count) { index, bar, row in
      if index % 256 == 0 {
        logs = (index..<min(index + 256, series.count)).map { FeatureState.logs(series[$0]) }
      }
      return stream.update(bar, logs: logs[index % 256], writing: row)
    }
  }
}

extension Matrix {
  /// One row a bar; NaN until the first bar for which `update` writes values, and never after.
  static func warmRows(
    of series: BarSeries, columns: Int, _ update: (Int, Bar, Output) -> Bool
  ) -> (firstValid: Int, values: Matrix) {
    var firstValid = series.count
    var values = Matrix(rows: series.count, columns: columns, repeating: .nan)
    values.elements.withUnsafeMutableBufferPointer { elements in
      for index in 0..<series.count {
        let row = Output(rebasing: elements[index * columns..<(index + 1) * columns])
        if update(index, series[index], row) { firstValid = min(firstValid, index) }
      }
    }
    return (firstValid, values)
  }
}
