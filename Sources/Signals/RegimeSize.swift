/// The size multipliers of a regime's states.
enum RegimeSize {
  /// Returns one multiplier a state.
  ///
  /// Where there are as many sizes as states they stand as they are. Where the number of states was
  /// chosen by the fit, the sizes are a curve from the first state to the last, read at evenly spaced
  /// points between straight lines: `[1, 0.75, 0.5]` is `[1, 0.5]` for two states and
  /// `[1, 0.83, 0.67, 0.5]` for four. A single state is the middle of the curve.
  static func of(_ states: Int, _ sizes: [Double]) -> [Double] {
    guard sizes.count != states else { return sizes }
    return (0..<states).map { state in
      let place = states > 1 ? Double(state) / Double(states - 1) : 0.5
      let position = place * Double(sizes.count - 1)
      let low = min(Int(position), sizes.count - 1)
      let high = min(low + 1, sizes.count - 1)
      return sizes[low] + (sizes[high] - sizes[low]) * (position - Double(low))
    }
  }
}
