import Kernels
public import Market

/// All that a run said, decided and booked, as bits in order of time.
///
/// Equal traces are equal to the last byte. A trace can be cut at a moment, to compare what two runs
/// had said by then.
public struct Trace: Sendable {
  /// Values of one kind, stamped and in order of time.
  public struct Track: Sendable {
    /// When an entry is stamped.
    enum Stamp: Sendable {
      /// Said, decided or valued at a close.
      case close
      /// Filled at an open.
      case open
    }

    let name: String
    let stamp: Stamp
    private(set) var times: [Timestamp] = []
    /// Where an entry's values end in `bits`.
    private(set) var ends: [Int] = []
    private(set) var bits: [UInt64] = []

    init(_ name: String, _ stamp: Stamp = .close) {
      self.name = name
      self.stamp = stamp
    }

    /// A bit pattern that no arithmetic gives stands for nil.
    private static let none: UInt64 = 0x7FF8_DEAD_0000_0001

    mutating func append(_ value: Double?) {
      bits.append(value?.bitPattern ?? Track.none)
    }

    mutating func append(_ text: String) {
      // FNV-1a, for words: reasons must not differ either.
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      bits.append(hash)
    }

    /// Ends an entry: what was appended since the last one is stamped with `time`.
    mutating func close(_ time: Timestamp) {
      times.append(time)
      ends.append(bits.count)
    }

    func known(at now: Timestamp) -> Track {
      let count = countKnown(times.count, at: now) { times[$0] }
      var copy = self
      copy.times = Array(times.prefix(count))
      copy.ends = Array(ends.prefix(count))
      copy.bits = Array(bits.prefix(ends.prefix(count).last ?? 0))
      return copy
    }

    /// The first entry in which two tracks differ, in words.
    func firstDifference(from other: Track) -> String? {
      for index in times.indices {
        guard index < other.times.count else {
          return "\(name) at \(times[index]) is there only once"
        }
        let start = index > 0 ? ends[index - 1] : 0
        let (mine, theirs) = (bits[start..<ends[index]], other.entry(index))
        guard times[index] != other.times[index] || mine != theirs else { continue }
        if times[index] != other.times[index] {
          return "\(name): an entry at \(times[index]) against one at \(other.times[index])"
        }
        let pair = zip(mine, theirs).first { $0 != $1 }.map {
          ": \(Double(bitPattern: $0)) against \(Double(bitPattern: $1))"
        }
        return "\(name) at \(times[index])\(pair ?? ": another number of values")"
      }
      if other.times.count > times.count {
        return "\(name) at \(other.times[times.count]) is there only once"
      }
      return nil
    }

    private func entry(_ index: Int) -> ArraySlice<UInt64> {
      bits[(index > 0 ? ends[index - 1] : 0)..<ends[index]]
    }
  }

  private(set) var tracks: [Track] = []

  init(_ tracks: [Track]) {
    self.tracks = tracks
  }

  /// What stood at `now`: entries stamped at or before it.
  /// - Parameter openedBy: opens up to which fills count; `now` where nil.
  public func known(at now: Timestamp, openedBy: Timestamp? = nil) -> Trace {
    Trace(tracks.map { $0.known(at: $0.stamp == .open ? openedBy ?? now : now) })
  }

  /// Values in all entries.
  public var values: Int { tracks.reduce(0) { $0 + $1.bits.count } }

  /// The first difference in words, and in how many tracks there is one; nil where all bits are equal.
  public func firstDifference(from other: Trace) -> String? {
    guard tracks.count == other.tracks.count else {
      return "\(tracks.count) against \(other.tracks.count) tracks"
    }
    let found = zip(tracks, other.tracks).compactMap { $0.firstDifference(from: $1) }
    guard let first = found.first else { return nil }
    return found.count == 1 ? first : "\(first) (and \(found.count - 1) other tracks)"
  }

  /// SHA-256 over names, times and bits.
  public var digest: String {
    var sha = SHA256()
    for track in tracks {
      sha.update(track.name)
      for time in track.times { sha.update(time.milliseconds) }
      for value in track.bits { sha.update(Int64(bitPattern: value)) }
    }
    return sha.hex()
  }
}
