import Market
import Models
public import Research
import SignalGraph

/// Promise 7: cross-validation judges no bar by a model that was trained on it, counted a second time.
///
/// Promise 1 is not proved of it and does not hold: models of earlier groups have seen later bars.
public enum CrossValidationRecount {
  public static func proof(
    _ portfolio: Portfolio, _ plan: CombinatorialPlan, models: FoldModels, tables: NodeTables
  ) -> Proof {
    var proof = Proof(
      .honestResults, "cross-validation: tested groups, their horizon and embargo not trained on",
      compared: "bars of windows, models of groups")
    proof.notes = [
      "it is no walk-forward, and promise 1 says nothing of it: models of earlier groups saw later bars"
    ]
    for path in 0..<plan.pathCount {
      let own = plan.models(path, of: models)
      for group in plan.groups {
        for (key, bundle) in own.nodes(of: group) {
          check(portfolio, plan, models, tables, group, key, bundle.id, &proof)
        }
        proof.expect(
          !own.nodes(of: group).isEmpty, "path \(path + 1) has no model from \(group.testFrom) on")
      }
    }
    return proof
  }

  /// Whether the model that judges a group is one whose window leaves the group out.
  private static func check(
    _ portfolio: Portfolio, _ plan: CombinatorialPlan, _ models: FoldModels, _ tables: NodeTables,
    _ group: Fold, _ key: NodeKey, _ id: String, _ proof: inout Proof
  ) {
    let length = key.timeframe.milliseconds
    let embargo = Int64(portfolio.split.embargo) * length
    let judges = plan.splits.filter { models.bundle(key, fold: $0.fold)?.id == id }
    proof.expect(!judges.isEmpty, "the model of \(key) from \(group.testFrom) on is of no training")
    for split in judges {
      // The model's own name holds the window that it was trained on.
      let job = plan.plan.jobs.first { job in
        job.fold == split.fold && job.requests.contains { $0.key == key && $0.id == id }
      }
      guard let window = job?.window else {
        proof.fail("the model of \(key) for \(split.fold.name) is not the one that was asked for")
        continue
      }
      for row in tables[key].rows {
        let time = row.knownAt
        guard time > group.testFrom - embargo, time < group.testTo + length + embargo else {
          continue
        }
        var isSeen = time <= window.to
        if let from = window.from, time <= from { isSeen = false }
        for stretch in window.shut where time >= stretch.lowerBound && time < stretch.upperBound {
          isSeen = false
        }
        proof.expect(
          !isSeen, "the model of \(key) that judges \(group.testFrom) has seen the bar of \(time)")
      }
    }
  }
}
