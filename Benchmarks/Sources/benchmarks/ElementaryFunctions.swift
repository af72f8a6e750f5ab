import Kernels

/// exp and tanh on eight floats at a time, exp and log on doubles; arrays that stay in the cache.
@MainActor
func measureElementary(_ session: Session) async throws {
  let (count, passes) = (65_536, 64)
  let x = GeneratedInputs.normals(count, "elementary").map { 3 * $0 }
  try session.share("elementary", x)
  let vectors = stride(from: 0, to: count, by: 8).map { at in
    SIMD8<Float>((at..<at + 8).map { Float(x[$0]) })
  }
  try await session.measure("exp Float, 8 at once", count * passes, "value") {
    repeatedly(vectors, passes: passes) { Elementary.exp($0) }
  } value: {
    checksum(values($0))
  }
  try await session.measure("tanh Float, 8 at once", count * passes, "value") {
    repeatedly(vectors, passes: passes) { Elementary.tanh($0) }
  } value: {
    checksum(values($0))
  }
  let positive = x.map { $0 * $0 + 1e-3 }
  try await session.measure("exp Double", count * 8, "value") {
    repeatedly(x, passes: 8) { Elementary.exp($0) }
  } value: {
    checksum($0)
  }
  try await session.measure("log Double", count * 8, "value") {
    repeatedly(positive, passes: 8) { Elementary.log($0) }
  } value: {
    checksum($0)
  }
  try session.finish("elementary")
}

/// Maps the array into another one, several times over.
@inline(__always)
private func repeatedly<Value>(
  _ x: [Value], passes: Int, _ function: (Value) -> Value
) -> [Value] {
  var y = x
  for _ in 0..<passes {
    for index in x.indices { y[index] = function(x[index]) }
  }
  return y
}

/// The lanes one after the other.
private func values(_ vectors: [SIMD8<Float>]) -> [Double] {
  vectors.flatMap { vector in (0..<8).map { Double(vector[$0]) } }
}
