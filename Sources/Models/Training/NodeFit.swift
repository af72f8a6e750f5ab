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
  /// The bars that a fit on the window sees: known after its beginning and by its end, in nothing shut.
  func seen(in window: TrainingWindow) -> some Collection<NodeRow> {
    let first = window.from.map { countKnown(at: $0) } ?? 0
    return rows[first..<max(first, countKnown(at: window.to))].lazy.filter {
      !window.isShut($0.knownAt, $0.knownAt)
    }
  }

  /// The log returns that the decay of a variance is fitted to: the window's, less those across a gap.
  public func returns(in window: TrainingWindow) -> [Double] {
    seen(in: window).filter { $0.missingBefore == 0 }.compactMap(\.logReturn)
  }

  /// What a regime model is fitted on: the window's observations, looking back at most
  /// `RegimeSettings.trainingDays`.
  public func regimeObservations(in window: TrainingWindow) -> [[Double]] {
    regimeRows(in: window).compactMap(\.observation)
  }

  /// The first column of observations that never changes, as those of a price that stands still: no regime
  /// model can be fitted to it. Nil where all change, or there are none.
  public static func constantColumn(of observations: [[Double]]) -> Int? {
    guard !observations.isEmpty else { return nil }
    do throws(HMMError) {
      _ = try Matrix(rows: observations).columnVariances()
    } catch {
      if case .constantObservation(let column, _) = error { return column }
    }
    return nil
  }

  /// The rows of these observations.
  public func regimeRows(in window: TrainingWindow) -> [NodeRow] {
    let from = RegimeSettings.trainingDays(timeframe).map {
      window.to - Int64($0) * Timestamp.millisecondsPerDay
    }
    return seen(in: window).filter {
      $0.knownAt > from ?? .distantPast && $0.observation != nil
    }
  }

  /// How many of the window's bars a fit may see.
  public func countSeen(in window: TrainingWindow) -> Int { seen(in: window).count }
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
      throw .regime(
        symbol: table.symbol, timeframe: table.timeframe,
        error.naming(settings.observations.names))
    }
    guard let decay = EWMAVariance.decay(fittedTo: table.returns(in: window)) else {
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
