public import Market

/// What all timeframes of a symbol say together at the close of a primary bar.
public struct SymbolSignal: Sendable, Equatable {
  /// One timeframe's part.
  public struct Part: Sendable, Equatable {
    public var timeframe: Timeframe
    private let kept: KeptSignal?
    /// What the timeframe adds to `netAlpha`; the parts sum to it exactly, in this order.
    public var alpha: Double
    /// What the timeframe adds to `conviction`; the parts sum to it exactly, in this order.
    public var conviction: Double

    public init(timeframe: Timeframe, signal: NodeSignal?, alpha: Double, conviction: Double) {
      self.init(
        timeframe: timeframe, kept: signal.map(KeptSignal.init), alpha: alpha,
        conviction: conviction)
    }

    init(timeframe: Timeframe, kept: KeptSignal?, alpha: Double, conviction: Double) {
      self.timeframe = timeframe
      self.kept = kept
      self.alpha = alpha
      self.conviction = conviction
    }

    /// The freshest known signal of the node; nil before its first and two of its bars after its last.
    public var signal: NodeSignal? { kept?.signal }
  }

  public enum Alignment: String, Sendable {
    case aligned, partial, conflicted
  }

  public var knownAt: Timestamp
  /// Finest timeframe first.
  public var parts: [Part]
  /// Expected return a year beyond costs; 0 where no forecast is proved.
  public var netAlpha: Double
  /// Signed conviction, -1...1.
  public var conviction: Double
  public var alignment: Alignment
  /// Size multiplier of the regimes that size the symbol: `sum_f v_f sum_k q_fk gamma_k`, 0...1.
  public var regimeSize: Double
  /// Label of the slowest sizing regime and its filtered confidence; nil without a signal.
  public var regimeLabel: Int?
  public var regimeConfidence: Double?
  /// States of the model that gave the label.
  public var regimeStates: Int?
  /// How the regimes of all timeframes stand together; nil where one is silent.
  public var mixture: RegimeMixture?
  /// The rule that keeps the signal from opening a position; nil where none does.
  public var refusal: EntryRefusal?
  /// Size multiplier that the entry rules give the sizing regime's label; 1 without such a rule.
  public var entrySize: Double
  /// Share of the timeframes' weight whose forecasts are large enough for the rule of reversal: above
  /// 0 upwards, below 0 downwards; 0 where the rule is off.
  public var reversal: Double

  public init(
    knownAt: Timestamp, parts: [Part], netAlpha: Double, conviction: Double,
    alignment: Alignment, regimeSize: Double, regimeLabel: Int?, regimeConfidence: Double?,
    regimeStates: Int? = nil, mixture: RegimeMixture? = nil, refusal: EntryRefusal? = nil,
    entrySize: Double = 1, reversal: Double = 0
  ) {
    self.knownAt = knownAt
    self.parts = parts
    self.netAlpha = netAlpha
    self.conviction = conviction
    self.alignment = alignment
    self.regimeSize = regimeSize
    self.regimeLabel = regimeLabel
    self.regimeConfidence = regimeConfidence
    self.regimeStates = regimeStates
    self.mixture = mixture
    self.refusal = refusal
    self.entrySize = entrySize
    self.reversal = reversal
  }

  /// Average true range of the primary timeframe, in the unit of the price.
  public var atr: Double? { parts.first?.signal?.atr }

  /// Average true range of a timeframe; nil in its warm-up and where it is silent.
  public func atr(of timeframe: Timeframe) -> Double? {
    parts.first { $0.timeframe == timeframe }?.signal?.atr
  }

  /// What the rules read of the primary's bars.
  public var readings: Readings { parts.first?.signal?.readings ?? Readings() }

  /// The variance of `netAlpha` as the ensembles of the forecasts see it: the squares of what each
  /// timeframe adds times its members' relative spread. Nil where no ensemble says how far it differs.
  public var alphaVariance: Double? {
    var sum = 0.0
    for part in parts {
      guard part.alpha != 0, let forecast = part.signal?.forecast, forecast != 0,
        let spread = part.signal?.forecastSpread
      else { continue }
      let deviation = part.alpha * spread / forecast
      sum += deviation * deviation
    }
    return sum > 0 ? sum : nil
  }

  /// Forecast standard deviation of the next bar of a timeframe; nil without a signal of it.
  public func deviation(of timeframe: Timeframe) -> Double? {
    let variance = parts.first { $0.timeframe == timeframe }?.signal?.variance
    return variance.flatMap { $0 > 0 ? $0.squareRoot() : nil }
  }

  /// Forecast standard deviation of the primary's next bar.
  public var deviation: Double? { parts.first.flatMap { deviation(of: $0.timeframe) } }

  /// Whether every timeframe that sizes the symbol has spoken.
  public var hasRegime: Bool { regimeLabel != nil }
}
