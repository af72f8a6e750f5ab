import CKernels

/// Whole arrays in the widest vectors of the processor, with the bits of the functions of one value.
extension Elementary {
  /// Returns the hyperbolic tangent of every element.
  public static func tanh(_ x: [Double]) -> [Double] {
    x.withUnsafeBufferPointer { x in
      [Double](unsafeUninitializedCapacity: x.count) { y, count in
        count = x.count
        guard let from = x.baseAddress, let to = y.baseAddress else { return }
        ckernels().pointee.tanhDoubles(x.count, from, to)
      }
    }
  }

  /// Writes e^x for every element; `y` may be `x`.
  public static func exp(_ x: FloatBuffer, into y: MutableFloatBuffer) {
    precondition(y.count >= x.count, "y is shorter than x")
    ckernels().pointee.exp(x.count, address(x), address(y))
  }

  /// Writes the hyperbolic tangent of every element; `y` may be `x`.
  public static func tanh(_ x: FloatBuffer, into y: MutableFloatBuffer) {
    precondition(y.count >= x.count, "y is shorter than x")
    ckernels().pointee.tanh(x.count, address(x), address(y))
  }

  /// Writes the logistic function of every element; `y` may be `x`.
  public static func sigmoid(_ x: FloatBuffer, into y: MutableFloatBuffer) {
    precondition(y.count >= x.count, "y is shorter than x")
    ckernels().pointee.sigmoid(x.count, address(x), address(y))
  }
}
