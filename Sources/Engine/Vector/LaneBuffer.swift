/// One number a symbol, in vectors of eight; the lanes beyond the last symbol stay as they were made.
///
/// Allocated once a run. `vectors` and `values` are two views of the same memory.
final class LaneBuffer {
  let vectors: UnsafeMutablePointer<SIMD8<Double>>
  let values: UnsafeMutablePointer<Double>
  private let count: Int

  init(groups: Int, _ value: Double = 0) {
    count = groups
    vectors = .allocate(capacity: groups)
    vectors.initialize(repeating: SIMD8(repeating: value), count: groups)
    values = UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
  }

  deinit {
    vectors.deinitialize(count: count)
    vectors.deallocate()
  }
}
