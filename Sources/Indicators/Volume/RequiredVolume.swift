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
    var wrong = 0
    for row in rows {
      let volume = volumes[unchecked: row]
      wrong &+= volume >= 0 && volume <= .greatestFiniteMagnitude ? 0 : 1
    }
    if wrong > 0 { for row in rows { requireVolume(volumes[row]) } }
    body(rows)
  }
}
