public import Market
public import Models

/// One stretch of time on which models are judged (or serve), and what they may see before it.
public struct Fold: Sendable, Hashable {
  public enum Kind: String, Sendable {
    /// Gives the gate its first evidence; lies within the first training window.
    case inner
    /// A test window of the walk-forward.
    case outer
    /// The latest window: models for what comes next.
    case serving
    /// Groups that one training of combinatorial cross-validation is tested on.
    case split
  }

  public var kind: Kind
  /// 0, 1, ... within its kind.
  public var index: Int
  /// Bars that close in `testFrom ..< testTo` are judged by the fold's models.
  public var testFrom: Timestamp
  public var testTo: Timestamp

  public var name: String {
    kind == .serving ? "serving" : "\(kind.rawValue) \(index + 1)"
  }
}

/// How history is cut: inner folds for the gate's first evidence, then the walk-forward's test
/// windows, then the serving models.
///
/// With `SplitSettings.every` nothing but the last window and the serving models depends on where the
/// history ends: a record that grows by a day keeps every forecast, fill and equity value that it had.
/// With `SplitSettings.folds` every border depends on it.
public struct FoldPlan: Sendable, Equatable {
  public let inner: [Fold]
  public let outer: [Fold]
  public let serving: Fold
  private let start: Timestamp
  private let settings: SplitSettings

  /// - Parameters:
  ///   - start: where the history begins (`MarketHistory.span`).
  ///   - end: last bar's close.
  /// - Precondition: windows of a fixed length have a given start, for the default one moves with the end.
  public init(_ settings: SplitSettings, start: Timestamp, end: Timestamp) throws(ResearchError) {
    precondition(settings.every == nil || settings.start != nil, "windows are counted from a start")
    // What is before the anchor is not there.
    let anchor = settings.walkForward == .anchored ? settings.anchor : nil
    let start = max(start, anchor ?? start)
    let end = settings.end.map { min($0, end) } ?? end
    let first = settings.start ?? Timeframe.d1.slot(containing: start + (end - start) * 2 / 5)
    guard start < first, first < end else {
      throw .noTestWindow(start: start, first: first, end: end)
    }
    self.settings = settings
    self.start = start
    func windows(_ kind: Fold.Kind, from: Timestamp, to: Timestamp, count: Int) -> [Fold] {
      (0..<count).map { index in
        // Borders lie on midnights, so that a day belongs to one fold.
        func border(_ k: Int) -> Timestamp {
          let raw = from + (to - from) * Int64(k) / Int64(count)
          return k == 0 ? from : k == count ? to : Timeframe.d1.slot(containing: raw)
        }
        return Fold(kind: kind, index: index, testFrom: border(index), testTo: border(index + 1))
      }
    }
    if let every = settings.every {
      // A close belongs to the window that begins at it: with the one that fills a window the next begins.
      outer = (0...Int((end - first) / every)).map { index in
        let from = first + Int64(index) * every
        return Fold(kind: .outer, index: index, testFrom: from, testTo: min(from + every, end))
      }
    } else {
      outer = windows(.outer, from: first, to: end, count: settings.folds)
    }
    inner = windows(
      .inner, from: Timeframe.d1.slot(containing: start + (first - start) / 2), to: first,
      count: settings.innerFolds)
    serving = Fold(kind: .serving, index: 0, testFrom: end, testTo: .distantFuture)
  }

  /// The groups of cross-validation as test windows; their models' windows are the splits'.
  init(groups: [Fold], end: Timestamp, start: Timestamp, settings: SplitSettings) {
    inner = []
    outer = groups
    serving = Fold(kind: .serving, index: 0, testFrom: end, testTo: .distantFuture)
    self.start = start
    self.settings = settings
  }

  /// The training window of a fold on a timeframe: everything known before its test window, less the
  /// embargo.
  public func window(_ fold: Fold, _ timeframe: Timeframe) -> TrainingWindow {
    let embargo = Int64(settings.embargo) * timeframe.milliseconds
    // The serving models are judged by nobody: they may see the last bar.
    let to = fold.kind == .serving ? fold.testFrom : fold.testFrom - embargo
    return TrainingWindow(
      from: windowStart(fold), start: start, to: to, share: settings.earlyStopping, embargo: embargo
    )
  }

  /// Where a fold's training begins; nil takes all history, and keeps the model's name what it is there.
  private func windowStart(_ fold: Fold) -> Timestamp? {
    switch settings.walkForward {
    case .expanding: return nil
    case .rolling:
      let from = fold.testFrom - settings.window
      return from > start ? from : nil
    case .anchored: return settings.anchor == nil ? nil : start
    }
  }
}
