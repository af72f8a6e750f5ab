import Kernels

/// Memory that lives as long as its owner, handed out in zeroed pieces that start on a cache line.
final class FloatArena {
  private var pieces: [UnsafeMutableRawPointer] = []

  func take(_ count: Int) -> MutableFloatBuffer {
    let piece = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, count * MemoryLayout<Float>.stride), alignment: 64)
    pieces.append(piece)
    let floats = UnsafeMutableBufferPointer(
      start: piece.bindMemory(to: Float.self, capacity: count), count: count)
    floats.initialize(repeating: 0)
    return floats
  }

  deinit {
    for piece in pieces { piece.deallocate() }
  }
}
