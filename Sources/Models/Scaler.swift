public import Kernels

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// Brings each column to mean 0 and standard deviation 1: `z = (x - mean) / scale`.
///
/// It equals scikit-learn's `StandardScaler` (divisor n; a constant column has scale 1). Fit it on
/// the training window only.
public struct StandardScaler: Sendable, Equatable {
  /// Mean of each column.
  public let mean: [Double]
  /// Standard deviation of each column, above 0.
  public let scale: [Double]

  public var columns: Int { mean.count }

  public init(mean: [Double], scale: [Double]) {
    precondition(mean.count == scale.count, "a scale a mean")
    precondition(scale.allSatisfy { $0 > 0 && $0.isFinite }, "scales are above 0")
    self.mean = mean
    self.scale = scale
  }

  /// Fits to all rows of `x`, or to those in `rows`.
  ///
  /// A column counts as constant if its variance is within the rounding of its mean,
  /// `n eps variance + (n eps mean)^2`, as in scikit-learn 1.9.
  ///
  /// - Precondition: there is at least one row, and the values are finite.
  public init(fittedTo x: Matrix, rows: Range<Int>? = nil) {
    let rows = rows ?? 0..<x.rows
    precondition(!rows.isEmpty && rows.lowerBound >= 0 && rows.upperBound <= x.rows)
    let n = Double(rows.count)
    var mean: [Double] = []
    var scale: [Double] = []
    for d in 0..<x.columns {
      var sum = 0.0
      for t in rows { sum += x[t, d] }
      let average = sum / n
      precondition(average.isFinite, "column \(d) holds a value that is not finite")
      var squares = 0.0
      var drift = 0.0
      for t in rows {
        let distance = x[t, d] - average
        squares += distance * distance
        drift += distance
      }
      // The second sum takes out the rounding of the mean (Chan, Golub and LeVeque 1983, eq. 1.7).
      let variance = (squares - drift * drift / n) / n
      let noise = n * Double.ulpOfOne * average
      let isConstant = variance <= n * Double.ulpOfOne * variance + noise * noise
      mean.append(average)
      scale.append(isConstant ? 1 : variance.squareRoot())
    }
    self.init(mean: mean, scale: scale)
  }

  /// Returns the scaled value of column `column`.
  @inlinable public func transform(_ value: Double, column: Int) -> Double {
    (value - mean[column]) / scale[column]
  }

  /// Returns one row, scaled.
  public func transform(_ row: [Double]) -> [Double] {
    var scaled = row
    transform(&scaled)
    return scaled
  }

  /// Scales one row where it stands.
  func transform(_ row: inout [Double]) {
    precondition(row.count == columns, "\(row.count) values, the scaler has \(columns)")
    for column in row.indices { row[column] = transform(row[column], column: column) }
  }

  /// Returns all rows, scaled; each has the bits of `transform` of that row.
  public func transform(_ x: Matrix) -> Matrix {
    precondition(x.columns == columns, "\(x.columns) columns, the scaler has \(columns)")
    var scaled = x.elements
    for t in 0..<x.rows {
      for d in 0..<columns {
        let i = t * columns + d
        scaled[i] = transform(scaled[i], column: d)
      }
    }
    return Matrix(rows: x.rows, columns: columns, elements: scaled)
  }

  /// Returns a scaled row in natural units.
  public func inverse(_ row: [Double]) -> [Double] {
    precondition(row.count == columns, "\(row.count) values, the scaler has \(columns)")
    return row.indices.map { row[$0] * scale[$0] + mean[$0] }
  }

  /// Returns `tanh(z / 1.5)` of each scaled value of a row: the forecast's inputs, within -1...1.
  ///
  /// Almost linear within one standard deviation; one wild bar cannot drive a network.
  public func squashed(_ row: [Double]) -> [Double] {
    precondition(row.count == columns, "\(row.count) values, the scaler has \(columns)")
    var narrowed = row
    for column in row.indices { narrowed[column] = transform(row[column], column: column) / 1.5 }
    #if PLANTED_DEFECTS
      if PlantedDefect.libraryFunction.isPlanted { return narrowed.map { libraryTanh($0) } }
    #endif
    Elementary.tanh(&narrowed)
    return narrowed
  }
}
