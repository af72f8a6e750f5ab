/// Stops where a volume is negative or no number.
@inline(__always)
func requireVolume(_ volume: Double) {
  precondition(volume >= 0 && volume.isFinite, "\(volume) is no volume")
}

/// Goes through the rows in pieces, each once its volumes are known to be some: all of a piece are
/// tested at once, since a test that may stop at each of them costs more than some indicators.
@inline(__always)
func requiringVolumes(_ volumes: Span<Double>, _ body: (Range<Int>) -> Void) {
  for first in stride(from: 0, to: volumes.count, by: 512) {
    let rows = first..<min(first + 512, volumes.count)
    var wrong: UInt64 = 0
    for row in rows {
      // The first bit is set for a number below 0 (and for -0, which is then looked at more closely), and
      // after the addition for infinity and NaN.
      let bits = volumes[unchecked: row].bitPattern
      wrong |= bits | (bits &+ (1 << UInt64(Double.significandBitCount)))
    }
    if wrong >> 63 > 0 { for row in rows { requireVolume(volumes[row]) } }
    body(rows)
  }
}

/// Stops where a kernel's doubt that all are volumes is right.
func requireVolumes(_ volumes: [Double], areVolumes: Bool) {
  if !areVolumes { for volume in volumes { requireVolume(volume) } }
}
