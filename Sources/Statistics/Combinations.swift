/// The subsets of `size` of the numbers `0..<count`, ascending within and in lexicographic order.
func combinations(_ count: Int, choose size: Int) -> [[Int]] {
  guard size >= 0, size <= count else { return [] }
  var found: [[Int]] = []
  var chosen = Array(0..<size)
  while true {
    found.append(chosen)
    guard let place = chosen.indices.last(where: { chosen[$0] < count - size + $0 }) else {
      return found
    }
    chosen[place] += 1
    for next in place + 1..<size { chosen[next] = chosen[next - 1] + 1 }
  }
}
