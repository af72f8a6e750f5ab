import CKernels

/// The smallest of many numbers, and the larger or smaller of two, many times. None is NaN.
public enum ExtremeKernels {
  /// The place of the smallest number, the first of equal ones; nil where none is below infinity.
  public static func smallest(_ values: DoubleBuffer) -> Int? {
    guard let first = values.baseAddress else { return nil }
    let place = ckernels().pointee.allocation.smallest(values.count, first)
    return place < 0 ? nil : place
  }

  /// `a ← max(a, b)`, element by element.
  public static func takeLarger(_ a: MutableDoubleBuffer, _ b: DoubleBuffer) {
    precondition(a.count == b.count, "as many numbers")
    guard let x = a.baseAddress, let y = b.baseAddress else { return }
    ckernels().pointee.allocation.larger(a.count, x, y)
  }

  /// `a ← min(a, b)`, element by element.
  public static func takeSmaller(_ a: MutableDoubleBuffer, _ b: DoubleBuffer) {
    precondition(a.count == b.count, "as many numbers")
    guard let x = a.baseAddress, let y = b.baseAddress else { return }
    ckernels().pointee.allocation.smaller(a.count, x, y)
  }
}
