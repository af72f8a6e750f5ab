import Allocation
public import Market
import Models
import SignalGraph
public import Signals

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// The out-of-sample record of every timeframe's forecasts, and what it earned at each fold.
public struct SkillHistory: Sendable {
  /// Pairs by timeframe; timeframes without a forecast have none.
  public private(set) var records: [Timeframe: SkillRecord] = [:]
  private let gate: ForecastSettings.Gate
  /// `Portfolio.recordKey` of each timeframe.
  let keys: [Timeframe: String]
  /// What the record earned at the start of a fold.
  private var calibrations: [Fold: [Timeframe: Calibration]] = [:]
  /// The sizes that the regimes' record earned, where they are learned.
  private var sizes: [Fold: [Timeframe: [Double]]] = [:]
  /// The models of the walk-forward at the start of their test windows.
  private var served: [Fold: [NodeKey: ServedModel]] = [:]

  /// Runs every fold's models over its own test window and calibrates each fold on what came before.
  /// - Parameter models: folds in order of time, inner ones first.
  public init(
    _ portfolio: Portfolio, history: MarketHistory, tables: NodeTables, models: FoldModels,
    workers: Int
  ) async throws {
    gate = portfolio.forecast.gate
    keys = portfolio.timeframes.reduce(into: [:]) {
      $0[$1.timeframe] = portfolio.recordKey($1.timeframe)
    }
    struct Work: Sendable {
      var fold: Fold
      var key: NodeKey
      var model: NodeModel
    }
    let folds = models.folds.filter { $0.kind != .serving }
    let timeframes = portfolio.timeframes.map(\.timeframe)
    let sizing: Set<Timeframe> =
      portfolio.regime.learnsSize
      ? Set(portfolio.regime.sizingWeights(over: timeframes).map(\.timeframe)) : []
    let work = folds.flatMap { fold in
      models.nodes(of: fold).compactMap { key, bundle in
        bundle.model.forecast == nil && !sizing.contains(key.timeframe)
          ? nil : Work(fold: fold, key: key, model: bundle.model)
      }
    }
    let (enter, every) = (portfolio.regime.enter, portfolio.inferenceEvery)
    let recorded = try await concurrentMap(work, workers: workers) { item in
      SkillHistory.recorded(
        item.model, tables[item.key], fold: item.fold, enter: enter, every: every)
    }
    for (item, recorded) in zip(work, recorded) {
      served[item.fold, default: [:]][item.key] = recorded.start
    }
    for timeframe in timeframes {
      let own = zip(work, recorded).filter { $0.0.key.timeframe == timeframe }.map(\.1.said)
      records[timeframe] = SkillRecord(own.flatMap(\.forecasts))
      guard sizing.contains(timeframe) else { continue }
      let learned = LearnedRegimeSizes(
        barsPerYear: history.calendar.barsPerYear(timeframe),
        sharpeOfPrior: portfolio.allocation.sharpeOfPrior,
        ownBarsPerYear: zip(history.symbols, history.calendars).reduce(into: [:]) { years, own in
          years[own.0] = own.1.barsPerYear(timeframe)
        })
      let record = RegimeRecord(own.flatMap(\.regimes))
      for fold in models.folds {
        sizes[fold, default: [:]][timeframe] = learned.sizes(
          record, states: portfolio.regime.size.count, at: fold.testFrom)
      }
    }
    for fold in models.folds {
      var earned: [Timeframe: Calibration] = [:]
      for timeframe in timeframes {
        let hasForecast = models.nodes(of: fold).contains { key, bundle in
          key.timeframe == timeframe && bundle.model.forecast != nil
        }
        earned[timeframe] = try calibration(
          timeframe, at: fold.testFrom, hasForecast: hasForecast)
      }
      calibrations[fold] = earned
    }
  }

  /// Whether no forecast counts, whatever its record.
  private var isShut = false

  /// The same record with every gate shut.
  public func shut() -> SkillHistory {
    var copy = self
    copy.isShut = true
    return copy
  }

  /// The sizes of a timeframe's regimes from the start of a fold on; nil where they are not learned.
  public func regimeSizes(_ timeframe: Timeframe, of fold: Fold) -> [Double]? {
    sizes[fold]?[timeframe]
  }

  /// A fold's model of a node after the bars before its test window, its record having led it there.
  func served(_ key: NodeKey, fold: Fold) -> ServedModel? { served[fold]?[key] }

  /// What applies from the start of a fold on, under the portfolio's gate setting.
  public func calibration(_ timeframe: Timeframe, of fold: Fold) -> Calibration {
    var calibration = earned(timeframe, of: fold).under(gate)
    if isShut, calibration.verdict != .noForecast {
      calibration.verdict = .shut
      calibration.weight = 0
    }
    return calibration
  }

  /// What the record says at the start of a fold, whether the gate is on or off.
  public func earned(_ timeframe: Timeframe, of fold: Fold) -> Calibration {
    calibrations[fold]?[timeframe] ?? Calibration(verdict: .noForecast, weight: 0)
  }

  private func calibration(
    _ timeframe: Timeframe, at now: Timestamp, hasForecast: Bool
  ) throws -> Calibration {
    guard hasForecast, let record = records[timeframe] else {
      return Calibration(verdict: .noForecast, weight: 0)
    }
    return try SkillGate().calibrate(record, at: now)
  }

  /// What a node said over a fold's test window, with what came of it; and the model as it was when
  /// the window of a walk-forward began.
  private static func recorded(
    _ model: NodeModel, _ table: NodeTable, fold: Fold, enter: Double, every: Int
  ) -> (said: OutcomeRecorder, start: ServedModel?) {
    var served = ServedModel(model, enter: enter, every: every)
    // A forecast is in sigmas of the EWMA variance; what else the variance model says is not judged.
    if fold.kind != .outer { served.forgetVarianceModel() }
    var start: ServedModel?
    // What the model said stands until it is asked again, as in `NodeState`.
    var standing: NodeOutput?
    var recorder = OutcomeRecorder(table.symbol)
    #if PLANTED_DEFECTS
      let month = 30 * Timestamp.millisecondsPerDay
      let from = PlantedDefect.gateInSample.isPlanted ? fold.testFrom - month : fold.testFrom
    #else
      let from = fold.testFrom
    #endif
    for row in table.rows {
      recorder.close(row)
      guard row.knownAt < fold.testTo else { break }
      guard row.knownAt >= from else {
        served.pass(row, isBounding: fold.kind == .outer)
        continue
      }
      if start == nil, fold.kind == .outer {
        start = served
        served.forgetVarianceModel()
      }
      let isAsked = standing == nil || served.isDue
      guard let output = served.update(row, isAsked: isAsked) else { continue }
      if isAsked { standing = output }
      guard let said = standing else { continue }
      recorder.say(
        said.forecast, regime: said.regime.nextPosterior, variance: said.targetVariance)
    }
    return (recorder, start)
  }
}

extension Calibration {
  /// With the gate off a forecast counts in full, whatever its record.
  func under(_ gate: ForecastSettings.Gate) -> Calibration {
    guard gate == .off, verdict != .noForecast else { return self }
    var open = self
    open.verdict = .off
    open.weight = 1
    return open
  }
}
