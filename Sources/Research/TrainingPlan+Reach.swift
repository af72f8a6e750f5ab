import Market
import Models
import SignalGraph

extension TrainingPlan {
  /// Of nodes that are to have a forecast on a fold's window those that can be fitted to one, and why the
  /// others cannot.
  static func reached(
    _ keys: [NodeKey], _ portfolio: Portfolio, tables: NodeTables, fold: Fold,
    window: TrainingWindow
  ) -> (keys: [NodeKey], refusals: [ResearchError]) {
    let mode = PoolTraining(portfolio).mode
    var read: [(key: NodeKey, reach: ForecastReach)] = []
    var refusals: [ResearchError] = []
    for key in keys {
      let reach = tables[key].forecastReach(in: window, mode: mode, maxGap: portfolio.maxGap)
      if reach.rows > 0 {
        read.append((key, reach))
      } else {
        refusals.append(
          .training(
            .noFeatures(symbol: key.symbol, timeframe: key.timeframe, by: window.trainTo)))
      }
    }
    // Networks that symbols share are trained and stopped by the targets of any.
    let isShared = portfolio.forecast.scope == .timeframe
    let pools = isShared ? [read] : read.map { [$0] }
    var reached: [NodeKey] = []
    for pool in pools where !pool.isEmpty {
      let isTrained = pool.contains { $0.reach.training > 0 }
      if isTrained, pool.contains(where: { $0.reach.stopping > 0 }) {
        reached += pool.map(\.key)
      } else {
        let isWindowed = portfolio.forecast.mode == .windowed
        refusals.append(
          .noTargets(
            pool[0].key.timeframe, symbol: isShared ? nil : pool[0].key.symbol, fold: fold.name,
            part: isTrained ? "early-stopping" : "training",
            window: isWindowed ? portfolio.forecast.window : nil))
      }
    }
    return (reached, refusals)
  }
}
