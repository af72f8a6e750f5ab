/// Thins a curve for drawing so that no extreme is lost.
///
/// The curve is cut into equal runs of points, and each run keeps its first lowest and its first
/// highest point; the first and the last point of the curve always stay.
package enum CurveSampling {
  /// Returns the indices to keep, rising, at most `limit` of them and all when there are no more.
  ///
  /// - Parameters:
  ///   - values: Columns of equal length. Each keeps its own extremes. NaN is never an extreme.
  ///   - limit: At least 2 plus 2 a column.
  package static func indices(of columns: [[Double]], limit: Int) -> [Int] {
    let count = columns.first?.count ?? 0
    precondition(columns.allSatisfy { $0.count == count }, "columns are equally long")
    precondition(limit >= 2 + 2 * columns.count, "the limit leaves no room for extremes")
    guard count > limit else { return Array(0..<count) }
    let runs = (limit - 2) / (2 * columns.count)
    var kept: [Int] = [0, count - 1]
    for run in 0..<runs {
      let range = run * count / runs..<(run + 1) * count / runs
      for column in columns {
        var low: Int?
        var high: Int?
        for index in range where !column[index].isNaN {
          if low.map({ column[index] < column[$0] }) ?? true { low = index }
          if high.map({ column[index] > column[$0] }) ?? true { high = index }
        }
        if let low, let high { kept += [low, high] }
      }
    }
    kept.sort()
    var unique: [Int] = []
    for index in kept where unique.last != index { unique.append(index) }
    return unique
  }
}
