import CKernels

/// Products of columns, eight with eight at a time.
public enum GramKernels {
  /// Columns of a panel.
  public static var width: Int { 8 }

  /// Columns side by side in panels of `width`, all rows of one, then the next: a tile reads memory in
  /// order. Columns beyond the last are 0.
  /// - Parameter x: rows × columns, row by row.
  public static func panels(_ x: [Double], columns: Int) -> [Double] {
    precondition(columns == 0 ? x.isEmpty : x.count % columns == 0, "whole rows")
    let rows = columns == 0 ? 0 : x.count / columns
    let count = (columns + width - 1) / width * rows * width
    return Array(unsafeUninitializedCapacity: count) { panels, written in
      guard let to = panels.baseAddress else { return }
      ckernels().pointee.gramPack(rows, columns, x, to)
      written = count
    }
  }

  /// Writes the products of the columns of two panels.
  ///
  /// Each is one sum over the rows in order, product and sum rounded apart: a plain loop gives the same
  /// bits, whatever the instruction set.
  /// - Parameters:
  ///   - left: rows × 8, row by row.
  ///   - right: as many.
  ///   - sums: 8 × 8; a row is a column on the left.
  public static func tile(
    _ left: UnsafeBufferPointer<Double>, _ right: UnsafeBufferPointer<Double>,
    into sums: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(left.count == right.count && left.count % width == 0, "two panels of as many rows")
    precondition(sums.count == width * width, "eight by eight sums")
    guard let to = sums.baseAddress else { return }
    guard let x = left.baseAddress, let y = right.baseAddress else {
      sums.update(repeating: 0)
      return
    }
    ckernels().pointee.gramTile(left.count / width, x, y, to)
  }
}
