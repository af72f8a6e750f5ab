/// The size multipliers of a regime's states.
package enum RegimeSize {
  /// Returns one multiplier a state.
  ///
  /// Where there are as many sizes as states they stand as they are. Where the number of states was
  /// chosen by the fit, the sizes are a curve from the first state to the last, read at evenly spaced
  /// points between straight lines: `[1, 0.75, 0.5]` is `[1, 0.5]` for two states and
  /// `[1, 0.83, 0.67, 0.5]` for four. A single state is the middle of the curve.
  package static func of(_ states: Int, _ sizes: [Double]) -> [Double] {
    guard sizes.count != states else { return sizes }
    return (0..<states).map { state in
      let place = states > 1 ? Double(state) / Double(states - 1) : 0.5
      let position = place * Double(sizes.count - 1)
      let low = min(Int(position), sizes.count - 1)
      let high = min(low + 1, sizes.count - 1)
      return sizes[low] + (sizes[high] - sizes[low]) * (position - Double(low))
    }
  }

  /// The probabilities of a number of states as those of another: a state stands where it does on the
  /// way from the first to the last, and its probability is shared by the two states beside that place.
  /// What `of` makes of sizes this makes of probabilities, so that expected sizes are the same.
  package static func spread(_ probabilities: [Double], over states: Int) -> [Double] {
    guard probabilities.count != states else { return probabilities }
    var spread = Array(repeating: 0.0, count: states)
    for (state, probability) in probabilities.enumerated() {
      let place =
        probabilities.count > 1 ? Double(state) / Double(probabilities.count - 1) : 0.5
      let position = place * Double(states - 1)
      let low = min(Int(position), states - 1)
      let high = min(low + 1, states - 1)
      spread[low] += probability * (1 - (position - Double(low)))
      spread[high] += probability * (position - Double(low))
    }
    return spread
  }
}
