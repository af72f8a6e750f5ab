#if PLANTED_DEFECTS
  import PlantedDefects

  extension ForecastSamples.Step {
    /// Spoils the target of row `index`.
    mutating func plant(_ table: NodeTable, _ index: Int, sigma: Double, clip: Double) {
      if PlantedDefect.targetOffByOne.isPlanted, index + 2 < table.rows.count,
        let later = table.rows[index + 2].logReturn
      {
        target = min(clip, max(-clip, later / sigma))
      }
      if PlantedDefect.clippingOnAllRows.isPlanted, let next = table.rows[index + 1].logReturn {
        let returns = table.rows.compactMap(\.logReturn)
        let square = returns.reduce(0) { $0 + $1 * $1 } / Double(returns.count)
        let bound = clip * square.squareRoot() / sigma
        target = min(bound, max(-bound, next / sigma))
      }
    }
  }
#endif
