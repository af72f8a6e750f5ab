/// The valid name that a mistyped one most likely meant.
package enum NearestName {
  /// The candidate with the fewest edits to `name`, the first one on a tie; nil when all are further
  /// than a third of the longer word, for then a suggestion would only puzzle.
  package static func of(_ name: String, among candidates: [String]) -> String? {
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let distance = edits(from: name.lowercased(), to: candidate.lowercased())
      let tolerated = max(1, max(name.count, candidate.count) / 3)
      if distance <= tolerated, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.candidate
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
  /// (the optimal string alignment distance: Damerau 1964, no substring edited twice).
  static func edits(from a: String, to b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
