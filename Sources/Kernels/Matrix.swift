/// A dense matrix of doubles, stored row by row: element (r, c) is `elements[r * columns + c]`.
public struct Matrix: Sendable, Equatable {
  /// The number of rows, possibly 0.
  public let rows: Int
  /// The number of columns, possibly 0.
  public let columns: Int
  /// The elements in row-major order; its count stays `rows * columns`.
  public var elements: [Double] {
    didSet {
      precondition(elements.count == rows * columns, "a matrix keeps its number of elements")
    }
  }

  /// Creates a matrix with every element equal to `value`.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative dimension")
    self.rows = rows
    self.columns = columns
    self.elements = [Double](repeating: value, count: rows * columns)
  }

  /// Creates a matrix of these elements, in row-major order.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative dimension")
    precondition(elements.count == rows * columns, "one element a row and column")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// Creates a matrix from its rows, which must be equally long. No rows give a 0×0 matrix.
  public init(rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "the rows of a matrix are equally long")
    self.rows = rows.count
    self.columns = columns
    self.elements = rows.flatMap { $0 }
  }

  /// Accesses the element of row `r` and column `c`.
  @inlinable
  public subscript(r: Int, c: Int) -> Double {
    get {
      precondition(r >= 0 && r < rows && c >= 0 && c < columns, "index out of the matrix")
      return elements[r &* columns &+ c]
    }
    set {
      precondition(r >= 0 && r < rows && c >= 0 && c < columns, "index out of the matrix")
      elements[r &* columns &+ c] = newValue
    }
  }

  /// Returns row `r`. The slice keeps the indices of `elements`: it starts at `r * columns`.
  @inlinable
  public func row(_ r: Int) -> ArraySlice<Double> {
    precondition(r >= 0 && r < rows, "row out of the matrix")
    return elements[(r * columns)..<((r + 1) * columns)]
  }
}
