import CKernels

/// Whole arrays in the widest vectors of the processor, with the bits of the functions of one value.
extension Elementary {
  /// Replaces every element by its hyperbolic tangent.
  public static func tanh(_ x: inout [Double]) {
    x.withUnsafeMutableBufferPointer { x in
      guard let values = x.baseAddress else { return }
      ckernels().pointee.tanhDoubles(x.count, values, values)
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
