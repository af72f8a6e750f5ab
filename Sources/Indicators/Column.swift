/// Where a loop writes a column.
typealias Output = UnsafeMutableBufferPointer<Double>

/// One value for each index from 0 on; NaN where there is none yet.
@inline(__always)
func column(_ count: Int, _ value: (Int) -> Double?) -> [Double] {
  writtenColumn(count) { out in
    for index in 0..<count { out[index] = value(index) ?? .nan }
  }
}

/// A column that `write` writes, every one of its `count` places.
@inline(__always)
func writtenColumn(_ count: Int, _ write: (Output) -> Void) -> [Double] {
  Array(unsafeUninitializedCapacity: count) { out, initialised in
    write(Output(rebasing: out[..<count]))
    initialised = count
  }
}

/// Two columns that one pass writes.
@inline(__always)
func writtenColumns(
  _ count: Int, _ write: (Output, Output) -> Void
) -> ([Double], [Double]) {
  var second: [Double] = []
  let first = writtenColumn(count) { a in
    second = writtenColumn(count) { b in write(a, b) }
  }
  return (first, second)
}

/// Three columns that one pass writes.
@inline(__always)
func writtenColumns(
  _ count: Int, _ write: (Output, Output, Output) -> Void
) -> ([Double], [Double], [Double]) {
  var rest: ([Double], [Double]) = ([], [])
  let first = writtenColumn(count) { a in
    rest = writtenColumns(count) { b, c in write(a, b, c) }
  }
  return (first, rest.0, rest.1)
}

extension Output {
  /// Writes NaN in the rows of a warm-up, as far as there are that many.
  func fillWarmUp(_ rows: Int) {
    for row in 0..<Swift.min(rows, count) { self[row] = .nan }
  }

  /// Writes one row after the other until the first that has a value. Returns the next row.
  @inline(__always)
  func warmUp(_ value: (Int) -> Double?) -> Int {
    for row in indices {
      let value = value(row)
      self[row] = value ?? .nan
      if value != nil { return row + 1 }
    }
    return count
  }
}
