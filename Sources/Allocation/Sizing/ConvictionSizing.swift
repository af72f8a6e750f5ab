extension AllocationDraft {
  /// The size of each open position by its own conviction, whatever the others are: method
  /// `conviction`. Sizes are fractions of equity, at least 0.
  /// - Parameter active: the lines of the positions.
  func convictionSizes(_ active: [Int]) -> [Double] {
    active.map { index in
      let asset = input.assets[index]
      return asset.sizing.size(
        conviction: asset.conviction, multiplier: asset.sizeMultiplier * asset.share)
    }
  }
}
