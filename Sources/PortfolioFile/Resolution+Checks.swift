import Allocation
import Market
import Models
import Research
import Signals
import Trading
import Yams

/// What single values cannot tell: whether they fit together.
extension Resolution {
  func check() throws(PortfolioFileError) {
    try checkTimeframes()
    try checkDecisions()
    try checkSplit()
    try checkTestWindows()
    try checkVariance()
    try checkSizing()
    try checkLimits()
    try checkRules()
    try checkIdle()
    try checkMargin()
    if portfolio.forecast.mode == .dense, portfolio.forecast.burnIn >= portfolio.forecast.chunk {
      try refuse(
        ["forecast.burn_in", "forecast.chunk"],
        "'forecast.burn_in' (\(portfolio.forecast.burnIn)) must be below 'forecast.chunk'"
          + " (\(portfolio.forecast.chunk)), or no step carries a loss")
    }
    if portfolio.variance.burnIn >= portfolio.variance.chunk {
      try refuse(
        ["variance.burn_in", "variance.chunk"],
        "'variance.burn_in' (\(portfolio.variance.burnIn)) must be below 'variance.chunk'"
          + " (\(portfolio.variance.chunk)), or no step carries a loss")
    }
    try checkTraining()
    if portfolio.combine.partial > portfolio.combine.aligned {
      try refuse(
        ["combine.partial", "combine.aligned"],
        "'combine.partial' (\(YAMLText.number(portfolio.combine.partial))) must not be above"
          + " 'combine.aligned' (\(YAMLText.number(portfolio.combine.aligned)))")
    }
  }

  private func checkMargin() throws(PortfolioFileError) {
    let capital = portfolio.capital
    guard capital.maintenance * capital.leverage > 1 else { return }
    try refuse(
      ["capital.maintenance", "capital.leverage"],
      "'capital.maintenance' (\(YAMLText.number(capital.maintenance))) must not be above 1 over"
        + " 'capital.leverage' (\(YAMLText.number(capital.leverage))), or every full position is called"
    )
  }

  private func checkTraining() throws(PortfolioFileError) {
    let forecast = portfolio.forecast
    if forecast.warmStart, portfolio.regime.states.fixed == nil {
      try refuse(
        ["forecast.warm_start", "regime.states"],
        "'forecast.warm_start' needs a fixed number of 'regime.states', not"
          + " '\(portfolio.regime.states)': networks of another fold may have another shape")
    }
    if forecast.schedule == .plateau, forecast.plateau.minimumRate > forecast.rate {
      try refuse(
        ["forecast.plateau_min_rate", "forecast.rate"],
        "'forecast.plateau_min_rate' (\(YAMLText.number(forecast.plateau.minimumRate))) must not be"
          + " above 'forecast.rate' (\(YAMLText.number(forecast.rate)))")
    }
  }

  private func checkTimeframes() throws(PortfolioFileError) {
    let timeframes = portfolio.timeframes.map(\.timeframe)
    let primary = portfolio.primary
    guard timeframes.contains(primary) else {
      throw place(of: "primary").error(
        "'primary' must be one of the timeframes"
          + " (\(timeframes.map(\.name).joined(separator: ", "))), not '\(primary)'")
    }
    for timeframe in timeframes where timeframe.milliseconds % primary.milliseconds != 0 {
      // Whoever writes the primary timeframe chooses it; else the finest is it by necessity.
      let place =
        written.common["primary"]?.place ?? keyPlace("timeframes", timeframe)
      throw place.error(
        "timeframe '\(timeframe)' is not a multiple of the primary timeframe '\(primary)'")
    }
    guard let weights = portfolio.regime.weights else { return }
    for timeframe in weights.keys.sorted() where !timeframes.contains(timeframe) {
      throw keyPlace("regime.weights", timeframe).error(
        "'regime.weights' names '\(timeframe)', which is none of the timeframes"
          + " (\(timeframes.map(\.name).joined(separator: ", ")))")
    }
  }

  private func checkVariance() throws(PortfolioFileError) {
    let timeframe = portfolio.riskTimeframe
    guard portfolio.allocation.variance == .model,
      !portfolio.timeframes.contains(where: { $0.timeframe == timeframe })
    else { return }
    try refuse(
      ["allocation.variance", "timeframes"],
      "'allocation.variance: model' sizes by the forecast variance of a bar of \(timeframe), which"
        + " is none of the timeframes; add it (a weight of 0 gives it no forecast of returns)")
  }

  private func checkSizing() throws(PortfolioFileError) {
    let allocation = portfolio.allocation
    if allocation.prior == .conviction {
      try refuse(
        ["allocation.prior"],
        "'allocation.prior' cannot be 'conviction', which sizes positions that rules have opened;"
          + " write 'allocation.mode: in_out' and 'allocation.method: conviction'")
    }
    let bounds = allocation.sizing.bounds
    if bounds.lower > bounds.upper {
      try refuse(
        ["allocation.weight.min", "allocation.weight.max"],
        "'allocation.weight.min' (\(YAMLText.number(bounds.lower))) must not be above"
          + " 'allocation.weight.max' (\(YAMLText.number(bounds.upper)))")
    }
    let count = Double(portfolio.symbols.count)
    if bounds.lower * count > 1 + 1e-9 {
      // Rounded down, so that it can be written as it stands.
      let most = (10_000 / count).rounded(.down) / 10_000
      try refuse(
        ["allocation.weight.min", "symbols"],
        "'allocation.weight.min' (\(YAMLText.number(bounds.lower))) of each of"
          + " \(portfolio.symbols.count) symbols is more than there is; write \(YAMLText.number(most))"
          + " or less")
    }
    if allocation.covariance.hasWindow, allocation.window < allocation.minimumObservations {
      try refuse(
        ["allocation.window", "allocation.min_observations", "allocation.covariance"],
        "'allocation.window' (\(allocation.window)) must not be below"
          + " 'allocation.min_observations' (\(allocation.minimumObservations)), or no symbol is"
          + " ever held")
    }
  }

  private func checkDecisions() throws(PortfolioFileError) {
    guard portfolio.decisionEvery % portfolio.primary.milliseconds != 0 else { return }
    let every = SettingKey.named("allocation.every")?.text(in: portfolio) ?? ""
    try refuse(
      ["allocation.every", "primary", "timeframes"],
      "'allocation.every' (\(every)) must be a whole number of bars of the primary timeframe"
        + " '\(portfolio.primary)'")
  }

  private func checkSplit() throws(PortfolioFileError) {
    if let anchor = portfolio.split.anchor, let start = portfolio.split.start, anchor >= start {
      try refuse(
        ["split.anchor", "split.start"],
        "'split.anchor' (\(anchor.date)) must be before 'split.start' (\(start.date))")
    }
    if let groups = portfolio.split.cpcvGroups {
      let tested = portfolio.split.cpcvTestGroups
      guard tested < groups else {
        try refuse(
          ["split.cpcv_test_groups", "split.cpcv_groups"],
          "'split.cpcv_test_groups' (\(tested)) must be below 'split.cpcv_groups' (\(groups))")
        return
      }
      var trainings = 1.0
      for step in 0..<tested { trainings *= Double(groups - step) / Double(step + 1) }
      if trainings > 1000.5 {
        try refuse(
          ["split.cpcv_groups", "split.cpcv_test_groups"],
          "'split.cpcv_groups' (\(groups)) with 'split.cpcv_test_groups' (\(tested)) asks for more than"
            + " 1000 trainings")
      }
    }
    guard let start = portfolio.split.start, let end = portfolio.split.end, end <= start else {
      return
    }
    try refuse(
      ["split.end", "split.start"],
      "'split.end' (\(end.date)) must be after 'split.start' (\(start.date))")
  }

  /// Test windows are so many or so long.
  private func checkTestWindows() throws(PortfolioFileError) {
    let isCounted = written.common["split.folds"].map { !$0.node.isNone }
    guard portfolio.split.every != nil else {
      if isCounted == false {
        try refuse(
          ["split.folds"], "'split.folds' may be none only where 'split.every' cuts test windows")
      }
      return
    }
    if isCounted == true {
      try refuse(
        ["split.folds"],
        "'split.folds' and 'split.every' both say how test windows are cut; take one of them out"
          + " (split.folds: none)")
    }
    if portfolio.split.start == nil {
      try refuse(
        ["split.every"],
        "'split.every' counts test windows from 'split.start'; write that too, for without it the"
          + " first window would move with the end of the bars")
    }
  }

  /// Points to the first of the keys that was written.
  func refuse(_ paths: [String], _ message: String) throws(PortfolioFileError) {
    let written = paths.first { self.written.common[$0] != nil }
    throw (written.map(place) ?? file).error(message)
  }

  /// The place of a timeframe's name in a mapping of weights.
  private func keyPlace(_ path: String, _ timeframe: Timeframe) -> Place {
    guard let value = written.common[path], case .mapping(let mapping) = value.node else {
      return place(of: path)
    }
    let key = mapping.first { $0.key.text == timeframe.name }?.key
    return value.place.at(key?.mark)
  }
}
