public import Market
import Trading

/// What a second engine makes of a run of the step loop.
///
/// Both read the given weights or columns with the same code and have the same formulas of fees and
/// lots; orders, fills, cash, positions and stops are programs of their own.
public enum EngineAgreement: Sendable, Equatable {
  /// Both came to the same equity and cash at every close; the largest relative difference.
  case sameCurve(within: Double)
  /// A setting of the run that only the step loop knows.
  case notChecked(setting: String)

  /// Sets a run against the vectorised path with the same weights.
  /// - Parameters:
  ///   - run: over all steps of the loop's grid.
  ///   - replay: as it was before the run.
  /// - Throws: `EngineDisagreement` where the two differ.
  public static func check(_ run: EngineRun, of loop: StepLoop, _ replay: WeightReplay) throws
    -> EngineAgreement
  {
    try check(run, of: loop) { table throws(VectorError) in
      try VectorReplay(table, replay).run(costs: loop.fillModel.costs, capital: loop.capital)
    }
  }

  /// Sets a run against the vectorised path with the same columns, exit rules and sizes.
  /// - Parameters:
  ///   - run: over all steps of the loop's grid.
  ///   - rules: as they were before the run.
  /// - Throws: `EngineDisagreement` where the two differ.
  public static func check(_ run: EngineRun, of loop: StepLoop, _ rules: SignalRules) throws
    -> EngineAgreement
  {
    try check(run, of: loop) { table throws(VectorError) in
      try VectorRules(table, rules).run(costs: loop.fillModel.costs, capital: loop.capital)
    }
  }

  private static func check(
    _ run: EngineRun, of loop: StepLoop, _ second: (PriceTable) throws(VectorError) -> VectorCurve
  ) throws -> EngineAgreement {
    precondition(run.knownAt.count == loop.grid.times.count, "a run over all steps")
    guard loop.splits.isEmpty else { return .notChecked(setting: "capital.splits") }
    let curve: VectorCurve
    do {
      curve = try second(PriceTable(loop.grid))
    } catch VectorError.needsStepLoop(let setting) {
      return .notChecked(setting: setting)
    }
    let comparison = CurveComparison(
      equity: run.equity, cash: run.cash, otherEquity: curve.equity, otherCash: curve.cash,
      capital: run.startCapital)
    if let difference = comparison.disagreement {
      throw EngineDisagreement(close: run.knownAt[difference.step], difference: difference)
    }
    return .sameCurve(within: comparison.largest)
  }
}

/// Two engines came to different results of one run: one of them is wrong, and nobody knows which.
public struct EngineDisagreement: Error, Equatable, CustomStringConvertible {
  /// The first close at which they differ.
  public let close: Timestamp
  public let difference: CurveComparison.Difference

  public var description: String {
    "two engines do not agree: at \(close) \(difference.figure.rawValue) is \(difference.first) by the "
      + "step loop and \(difference.second) by the vectorised path; this is a defect of the program, "
      + "and its result is not published"
  }
}
