import Indicators
import Kernels
import Market

/// A fitted node, with what is worth knowing about the fit.
public struct NodeFit: Sendable {
  public var model: NodeModel
  public var regimeFit: HMMFit
  /// The numbers of states that were tried.
  public var stateChoice: StateChoice
  /// The variance model that the node came to have; nil where none was asked for.
  public var varianceChoice: VarianceChoice?
  /// Named figures for the manifest: log-likelihoods, losses, epochs.
  public var metrics: [String: Double]
}

extension NodeTable {
  /// What a regime model is fitted on: the window's observations, looking back at most
  /// `RegimeSettings.trainingDays`.
  public func regimeObservations(in window: TrainingWindow) -> [[Double]] {
    regimeRows(in: window).compactMap(\.observation)
  }

  /// The rows of the window that have an observation.
  func regimeRows(in window: TrainingWindow) -> [NodeRow] {
    var from = window.from ?? .distantPast
    if let days = RegimeSettings.trainingDays(timeframe) {
      from = max(from, window.to - Int64(days) * Timestamp.millisecondsPerDay)
    }
    return rows.prefix(countKnown(at: window.to)).filter {
      $0.knownAt > from && $0.observation != nil && !window.isShut($0.knownAt, $0.knownAt)
    }
  }

  /// How many of the window's bars a fit may see.
  public func countSeen(in window: TrainingWindow) -> Int {
    let first = window.from.map { countKnown(at: $0) } ?? 0
    let known = rows[first..<max(first, countKnown(at: window.to))]
    return window.shut.isEmpty
      ? known.count : known.count { !window.isShut($0.knownAt, $0.knownAt) }
  }
}

/// A node's regime model and variance: what comes before the forecast.
struct RegimePart: Sendable {
  var model: RegimeModel
  var fit: HMMFit
  var varianceDecay: Double

  /// Fits on the rows of the window; regimes look back at most `RegimeSettings.trainingDays`.
  init(
    _ table: NodeTable, window: TrainingWindow, settings: RegimeSettings, states: Int,
    seed: UInt64, minimumBars: Int
  ) throws(TrainingError) {
    let known = table.rows.prefix(table.countKnown(at: window.to))
    let rows = table.regimeRows(in: window)
    let observations = rows.compactMap(\.observation)
    guard observations.count >= minimumBars else {
      throw .tooLittleHistory(
        symbol: table.symbol, timeframe: table.timeframe, found: observations.count,
        needed: minimumBars)
    }
    var options = HMMFitOptions()
    options.states = states
    options.covariance = settings.covariance
    options.restarts = settings.restarts
    options.maximumIterations = settings.iterations
    options.minimumObservations = minimumBars
    options.order = settings.stateOrder
    let path = [table.symbol.name, table.timeframe.name, window.to.description, "regime"]
    do {
      (model, fit) = try RegimeModel.fit(
        Matrix(rows: observations), lengths: window.lengths(of: rows.map(\.knownAt)),
        returns: rows.map { $0.logReturn ?? 0 }, options: options,
        random: CounterRandom(seed: seed, path: path))
    } catch {
      throw .regime(symbol: table.symbol, timeframe: table.timeframe, error)
    }
    let returns = known.filter {
      $0.knownAt > window.from ?? .distantPast && $0.missingBefore == 0
        && !window.isShut($0.knownAt, $0.knownAt)
    }.compactMap(\.logReturn)
    guard let decay = EWMAVariance.decay(fittedTo: returns) else {
      throw .noReturns(symbol: table.symbol, timeframe: table.timeframe)
    }
    varianceDecay = decay
  }
}

extension TrainingWindow {
  /// The lengths of the sequences into which what is shut cuts rows; nil where nothing is.
  fileprivate func lengths(of times: [Timestamp]) -> [Int]? {
    guard !shut.isEmpty else { return nil }
    var lengths: [Int] = []
    var last: Timestamp?
    for time in times {
      if let last, !isShut(last, time) {
        lengths[lengths.count - 1] += 1
      } else {
        lengths.append(1)
      }
      last = time
    }
    return lengths
  }
}
