/// The least number of letters to insert, drop or change to turn one word into the other
/// (Levenshtein 1966; the two-row table of Wagner and Fischer 1974).
func spellingDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a.utf8), Array(b.utf8))
  var previous = Array(0...b.count)
  var current = previous
  for i in a.indices {
    current[0] = i + 1
    for j in b.indices {
      let change = previous[j] + (a[i] == b[j] ? 0 : 1)
      current[j + 1] = min(change, previous[j + 1] + 1, current[j] + 1)
    }
    swap(&previous, &current)
  }
  return previous[b.count]
}
