import Kernels

/// exp and tanh on arrays of floats, exp and log on doubles; arrays that stay in the cache.
@MainActor
func measureElementary(_ session: Session) async throws {
  session.begin("elementary")
  let (count, passes) = (65_536, 64)
  let x = GeneratedInputs.normals(count, "elementary").map { 3 * $0 }
  try session.share("elementary", x)
  let floats = x.map(Float.init)
  try await session.measure("exp Float, array", count * passes, "value") {
    arrays(floats, passes: passes) { Elementary.exp($0, into: $1) }
  } value: {
    checksum($0.map(Double.init))
  }
  try await session.measure("tanh Float, array", count * passes, "value") {
    arrays(floats, passes: passes) { Elementary.tanh($0, into: $1) }
  } value: {
    checksum($0.map(Double.init))
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

/// Maps the array as a whole, several times over.
private func arrays(
  _ x: [Float], passes: Int,
  _ function: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
) -> [Float] {
  var y = x
  x.withUnsafeBufferPointer { x in
    y.withUnsafeMutableBufferPointer { y in
      for _ in 0..<passes { function(x, y) }
    }
  }
  return y
}
