/// The arithmetic of an LSTM in float32: products, cell, gradients, Adam.
///
/// This is the plain reference. A faster variant may replace any routine as long as it returns
/// the same bits, or raises ``numericsVersion``.
///
/// **Layout.** A matrix is row-major and its columns are padded with zeros to a multiple of
/// ``lanes``. A row of an activation matrix is one sequence of the batch at one step (row
/// `t·batch + b`), its columns are units. So the lanes of a vector are always independent outputs:
/// `gates = x·Wᵀ` runs along the gate units, `dx = dgates·W` along the inputs, `dW = dgatesᵀ·x`
/// along the inputs again. None of the three needs a transposed copy of an activation, none adds
/// across lanes, and one bar of one stream is the case of one row.
///
/// **Order.** Every output element is one chain `s ← s + a·b` over ascending k, rounded after the
/// product and after the sum (no fused multiply-add: the baseline processor has none). A row's
/// result therefore depends neither on the batch around it nor on the width of the vectors.
/// The gate order is PyTorch's: input, forget, cell, output (i, f, g, o).
public enum LSTMKernels {
  /// The number of columns that a row is padded to a multiple of.
  public static let lanes = 8

  /// Returns `count` rounded up to a multiple of ``lanes``.
  @inlinable
  public static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }
}

typealias FloatLanes = SIMD8<Float>

/// Reads eight floats; the address need not be aligned.
@inline(__always)
func loadLanes(_ p: UnsafePointer<Float>) -> FloatLanes {
  UnsafeRawPointer(p).loadUnaligned(as: FloatLanes.self)
}

/// Writes eight floats; the address need not be aligned.
@inline(__always)
func storeLanes(_ v: FloatLanes, _ p: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: v, as: FloatLanes.self)
}
