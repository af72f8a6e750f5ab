import ArgumentParser
import Market
import Models
import PortfolioFile
import Research
import Store

/// Which profiles a backtest compares.
enum VariantChoice: Equatable, ExpressibleByArgument {
  case all
  case one(Portfolio.Profile)

  init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let profile = Portfolio.Profile(rawValue: argument) {
      self = .one(profile)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { ["all"] + Portfolio.Profile.allCases.map(\.rawValue) }
}

/// One portfolio file under every profile: the models are read once where they are the same.
enum VariantStep {
  static func run(
    _ options: PortfolioOptions, _ common: CommonOptions, database: BarDatabase
  ) async throws -> VariantComparison {
    let own = try await Workspace(options, common, database: database)
    var trained: (workspace: Workspace, models: Workspace.Trained)?
    var counted: [(workspace: Workspace, run: BacktestStep.Counted)] = []
    for profile in Portfolio.Profile.allCases {
      var options = options
      options.profile = profile
      let workspace = try await own.under(options, common)
      if trained.map({ !workspace.sharesModels(with: $0.workspace) }) ?? true {
        trained = (workspace, try await workspace.trained())
      }
      counted.append(
        (workspace, try await BacktestStep.count(workspace, trained: trained?.models)))
    }
    // Every trial is counted before the first is judged, so that the order of the profiles does not
    // decide how many each was chosen from.
    var variants: [VariantComparison.Variant] = []
    for (workspace, run) in counted {
      let result = try await BacktestStep.report(run, workspace)
      variants.append(
        VariantComparison.Variant(
          name: workspace.portfolio.profile.rawValue, report: result.report, run: result.run))
    }
    var comparison = VariantComparison(variants, own: own.portfolio.profile.rawValue)
    try comparison.testAgainstEqualWeight()
    return comparison
  }
}

extension Workspace {
  /// The same portfolio under other options: bars and rows are taken over where they are the same.
  fileprivate func under(_ options: PortfolioOptions, _ common: CommonOptions) async throws
    -> Workspace
  {
    let resolved = try Workspace.resolve(options, known: try database.series())
    let other = resolved.portfolio
    let hasSameRows =
      other.symbols == portfolio.symbols && other.timeframes == portfolio.timeframes
      && other.primary == portfolio.primary && other.onMissing == portfolio.onMissing
      && other.regime.observations == portfolio.regime.observations
    guard hasSameRows else {
      return try await Workspace(options, common, database: database)
    }
    return Workspace(
      self, resolved: resolved, typed: options.typed,
      plan: try TrainingPlan(other, history: history, tables: tables))
  }

  /// Whether the models of both, and what their record says, are the same.
  fileprivate func sharesModels(with other: Workspace) -> Bool {
    plan.jobs.flatMap(\.requests) == other.plan.jobs.flatMap(\.requests)
      && portfolio.timeframes == other.portfolio.timeframes
      && portfolio.forecast.gate == other.portfolio.forecast.gate
      && portfolio.regime.enter == other.portfolio.regime.enter
  }
}
