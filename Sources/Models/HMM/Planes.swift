/// Rows of numbers for the kernels, one number for each position, each row on its own cache lines.
///
/// A position's numbers are `stride` apart. An odd number of cache lines between them keeps the rows
/// of a long array from falling into the same few sets of the cache.
final class Planes {
  let count: Int
  let length: Int
  let stride: Int
  let start: UnsafeMutablePointer<Double>

  /// Rows of zeros.
  init(count: Int, length: Int) {
    self.count = count
    self.length = length
    stride = ((length + 7) / 8 | 1) * 8
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * stride * MemoryLayout<Double>.stride, alignment: 64)
    start = bytes.initializeMemory(as: Double.self, repeating: 0, count: max(1, count) * stride)
  }

  deinit { start.deallocate() }

  func fill(with value: Double) {
    start.update(repeating: value, count: max(1, count) * stride)
  }

  /// Takes the numbers of planes of the same shape.
  func copy(_ other: Planes) {
    precondition(count == other.count && length == other.length, "planes of one shape")
    start.update(from: other.start, count: max(1, count) * stride)
  }

  subscript(plane: Int, position: Int) -> Double {
    get {
      precondition(plane >= 0 && plane < count && position >= 0 && position < length)
      return start[plane * stride + position]
    }
    set {
      precondition(plane >= 0 && plane < count && position >= 0 && position < length)
      start[plane * stride + position] = newValue
    }
  }
}
