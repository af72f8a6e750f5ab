import Glibc

/// A deliberate fault that `verify` must find: the proof that its proofs can fail.
///
/// The hooks stand where such a fault would really stand, inside `#if PLANTED_DEFECTS`, which is set
/// by the environment variable `REGIMEFOLIO_PLANTED_DEFECTS=1` of a build of its own. What is shipped
/// contains none of it. At run time `REGIMEFOLIO_DEFECT` names the one that is planted.
public enum PlantedDefect: String, CaseIterable, Sendable {
  /// A slow bar's signal is joined by the bar's open, as if it were known then.
  case openTimeJoin = "open-time-join"
  /// Regime probabilities use the bars that came after.
  case smoothedPosterior = "smoothed-posterior"
  /// Features are scaled by mean and deviation of the whole history.
  case scalerOnAllRows = "scaler-on-all-rows"
  /// Training targets are the return of the bar after the next, up to one bar past the window.
  case targetOffByOne = "target-off-by-one"
  /// Orders fill at the close at which they were decided.
  case fillAtSignalClose = "fill-at-signal-close"
  /// A slow bar is known one hour before its close.
  case higherBarBeforeClose = "higher-bar-before-close"
  /// Targets are clipped at a multiple of their deviation over the whole history.
  case clippingOnAllRows = "clipping-on-all-rows"
  /// Orders of one open are filled in the order of a hashed set.
  case dictionaryOrder = "dictionary-order"
  /// An order whose symbol has no bar fills at its last price.
  case staleFill = "stale-fill"
  /// The fee of a sale is not taken from cash.
  case unbookedFee = "unbooked-fee"
  /// A test window is judged by the next window's model, which has seen it.
  case modelOfWrongFold = "model-of-wrong-fold"
  /// The network's inputs are squashed by the C library's tanh.
  case libraryFunction = "libm-in-signal"
  /// What bounds a forecast is forgotten at the end of every message.
  case stateOfChunk = "state-of-chunk"
  /// The limit of a single symbol is not applied.
  case limitIgnored = "limit-ignored"
  /// A bad row of a file is left out without a word.
  case silentRow = "silent-row"
  /// The gate counts a month of forecasts from before the test window.
  case gateInSample = "gate-in-sample"
  /// Baselines trade for nothing.
  case freeBaselines = "free-baselines"
  /// A model's tensors are read without comparing their hash.
  case uncheckedBundle = "unchecked-bundle"
  /// A bundle is written in its place, file by file.
  case halfWrittenBundle = "half-written-bundle"

  /// The promise that it breaks.
  public var promise: Int {
    switch self {
    case .openTimeJoin, .smoothedPosterior, .scalerOnAllRows, .targetOffByOne,
      .higherBarBeforeClose, .clippingOnAllRows, .modelOfWrongFold:
      1
    case .dictionaryOrder, .libraryFunction: 2
    case .stateOfChunk: 3
    case .fillAtSignalClose, .staleFill, .unbookedFee: 4
    case .limitIgnored: 5
    case .silentRow: 6
    case .gateInSample, .freeBaselines: 7
    case .uncheckedBundle, .halfWrittenBundle: 8
    }
  }

  private static let planted: PlantedDefect? = {
    guard let name = getenv("REGIMEFOLIO_DEFECT") else { return nil }
    guard let defect = PlantedDefect(rawValue: String(cString: name)) else {
      fatalError("REGIMEFOLIO_DEFECT: there is no defect \(String(cString: name))")
    }
    return defect
  }()

  /// Whether this process has it.
  public var isPlanted: Bool { PlantedDefect.planted == self }
}

/// The C library's function, whose bits depend on the processor.
public func libraryTanh(_ x: Double) -> Double { Glibc.tanh(x) }

/// Gives another process time to interfere.
public func dawdle() { usleep(20_000) }
