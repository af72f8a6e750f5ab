/// The same weight for each of `count` assets, summing to 1.
public func equalWeights(_ count: Int) -> [Double] {
  Array(repeating: 1 / Double(count), count: count)
}
