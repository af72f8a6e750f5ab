public import Allocation
public import Market
public import Signals
public import Statistics
public import Trading

/// Everything that a finished backtest has to say; the report only draws it.
public struct BacktestReport: Sendable {
  /// A stretch of time in one regime.
  public struct RegimeSpan: Sendable {
    /// The close at which it became known.
    public var from: Timestamp
    /// The close at which it was another, or none; the last one of the run at the latest.
    public var to: Timestamp
    public var label: Int

    public init(from: Timestamp, to: Timestamp, label: Int) {
      self.from = from
      self.to = to
      self.label = label
    }
  }

  /// What happened while a symbol's sizing regime had one label.
  public struct RegimeRow: Sendable {
    /// Below so many days nothing is stated a year: of five days it would be hundreds of per cent, give or
    /// take a thousand.
    public static let fewestDays = 30

    /// Nil: all symbols, by the label that most of them had.
    public var symbol: Symbol?
    public var regime: String
    /// Share of the days, 0...1.
    public var share: Double
    public var days: Int
    /// Mean daily return times the days of a year, and volatility a year: of the symbol held alone, before
    /// costs, or of the portfolio, after them. Nil for fewer than `fewestDays`.
    public var annualisedReturn: Double?
    public var annualisedVolatility: Double?
    /// Standard error of the annualised return.
    public var standardError: Double?
    /// Mean weight that the portfolio held.
    public var exposure: Double

    public init(
      symbol: Symbol?, regime: String, share: Double, days: Int, annualisedReturn: Double?,
      annualisedVolatility: Double?, standardError: Double?, exposure: Double
    ) {
      self.symbol = symbol
      self.regime = regime
      self.share = share
      self.days = days
      self.annualisedReturn = annualisedReturn
      self.annualisedVolatility = annualisedVolatility
      self.standardError = standardError
      self.exposure = exposure
    }
  }

  /// The skill of one node's forecasts and what they contributed.
  public struct AttributionRow: Sendable {
    public var symbol: Symbol
    public var timeframe: Timeframe
    /// Out-of-sample forecasts with a known outcome.
    public var pairs: Int
    /// Correlation of forecast and outcome; nil without a forecast.
    public var informationCoefficient: Double?
    /// Share of forecasts with the right sign and its 95 % Wilson interval.
    public var hitRate: Double?
    public var hitInterval: ClosedRange<Double>?
    /// Out-of-sample R2 against the zero forecast of the raw forecast.
    public var r2: Double?
    /// Mean absolute net alpha a year that the node added to the tilt.
    public var meanAbsoluteAlpha: Double
    /// Against naive forecasts and chance; nil with fewer than three pairs.
    public var skill: ForecastSkill?

    public init(
      symbol: Symbol, timeframe: Timeframe, pairs: Int, informationCoefficient: Double?,
      hitRate: Double?, hitInterval: ClosedRange<Double>?, r2: Double?, meanAbsoluteAlpha: Double
    ) {
      self.symbol = symbol
      self.timeframe = timeframe
      self.pairs = pairs
      self.informationCoefficient = informationCoefficient
      self.hitRate = hitRate
      self.hitInterval = hitInterval
      self.r2 = r2
      self.meanAbsoluteAlpha = meanAbsoluteAlpha
    }
  }

  /// The gate of one timeframe in one fold.
  public struct GateRow: Sendable {
    public var timeframe: Timeframe
    /// From when on it applied: the fold's start.
    public var from: Timestamp
    public var calibration: Calibration
    /// Why there is no forecast, where there is none.
    public var note: String?
    /// Whether it is that of the serving models, which no bar of the run met.
    public var isServing = false

    public init(timeframe: Timeframe, from: Timestamp, calibration: Calibration, note: String?) {
      self.timeframe = timeframe
      self.from = from
      self.calibration = calibration
      self.note = note
    }
  }

  /// Weights held at the close of a day.
  public struct WeightRow: Sendable {
    public var time: Timestamp
    /// In the order of `symbols`.
    public var weights: [Double]

    public init(time: Timestamp, weights: [Double]) {
      self.time = time
      self.weights = weights
    }
  }

  /// A name, a value: for counters and for the list of inputs.
  public struct Entry: Sendable {
    public var name: String
    public var value: String
    /// What a reader wants to know of the value, which says it all by itself; empty where nothing.
    public var detail: String

    public init(_ name: String, _ value: String, detail: String = "") {
      self.name = name
      self.value = value
      self.detail = detail
    }
  }

  public var portfolioName: String
  public var profile: String
  public var market: String
  public var symbols: [Symbol]
  public var timeframes: [Portfolio.TimeframeWeight]
  public var primary: Timeframe
  public var allocationMode: String
  public var start: Timestamp
  public var end: Timestamp
  /// Every figure comes from models that had not seen the bars that they were judged on.
  public var isOutOfSample: Bool
  public var startCapital: Double
  public var currency: String
  /// Steps a year used to annualise, and what a step is (`day`, `bar of 1w`).
  public var stepsPerYear: Double
  public var stepName: String
  public var portfolio: RunCurve
  public var baselines: [RunCurve]
  /// Runs that this one was chosen among and itself: those of the portfolio, and all others over bars of
  /// one of its symbols and the same time, that the database holds.
  public var trials: Int
  /// Deflated Sharpe ratio at that number of trials; nil where it cannot be computed.
  public var deflatedSharpe: Double?
  public var regimeTimeframe: Timeframe
  public var regimeNames: [String]
  public var regimeSpans: [(symbol: Symbol, spans: [RegimeSpan])]
  public var regimeRows: [RegimeRow]
  public var attribution: [AttributionRow]
  public var gates: [GateRow]
  public var weights: [WeightRow]
  /// How often each reason changed or held a weight ("why no trade").
  public var reasons: [Entry]
  /// What became of each symbol at each decision.
  public var decisionCounts = DecisionCounts(symbols: [], decisions: 0, rows: [])
  public var fills: [Fill]
  /// Orders of the last close: no open came that could fill them.
  public var openOrders = 0
  /// Over the run, in currency.
  public var costs: RunCosts
  /// Distinct target weights before the no-trade band, by symbol.
  public var distinctTargets: [(symbol: Symbol, count: Int)]
  /// The last decision of the run, with the reason of every step.
  public var lastDecision: AllocationDecision?
  /// When it was taken, and by which models; nil where nothing was.
  public var lastDecisionModels: DecisionModels?
  /// Whether the timing of the overlays' sizes was worth anything; nil where nobody asked.
  public var placebo: Placebo?
  /// How good the variance forecasts were, and what sizing by them does; nil where nobody asked.
  public var variance: VarianceReport?
  /// How sure the Sharpe ratio is; nil where there is none.
  public var evidence: SharpeEvidence?
  /// How often the best of the variants that were run would have been luck; nil where none were.
  public var overfitting: OverfittingReport?
  /// The run without one of its parts at a time; nil where nobody asked.
  public var ablation: AblationReport?
  /// What every path of combinatorial cross-validation earned; nil where the file asks for none.
  public var crossValidation: CrossValidationReport?
  /// Daily returns (of primary bars where those are slower) by month and year.
  public var calendar: CalendarReturns?
  /// How the symbols' regimes went together; nil where nothing was run.
  public var crossRegimes: CrossRegimes?
  /// The portfolio's, then the baselines'; beta and what follows against `riskBenchmark`.
  public var riskFigures: [RiskFigures] = []
  /// The user's benchmark, or buy and hold.
  public var riskBenchmark = ""
  /// The deepest of the portfolio, deepest first.
  public var drawdowns: [DrawdownEpisode] = []
  /// One a symbol.
  public var contributions: [SymbolContribution] = []
  /// From when to when each symbol had bars, as it was known at the end.
  public var listings: [SymbolListing] = []
  /// How many windows the walk-forward was tested on; 0 where nothing was trained.
  public var testWindows = 0
  /// How long each of them is, the last one apart; nil where they were cut over the whole span.
  public var testWindowDays: Int?
  /// One a timeframe.
  public var timeframeSkills: [TimeframeSkill] = []
  /// Parts of positions that were closed, in order of time.
  public var closedTrades: [ClosedTrade] = []
  /// All symbols, then each that closed a trade.
  public var tradeSummaries: [TradeSummary] = []
  /// Before and after costs; nil where nothing was run.
  public var costDrag: CostDrag?
  /// Statistics of a user's own, by name; nil for one that has no value.
  public var ownStatistics: [(name: String, value: Double?)] = []
  /// Whether any variant beats the benchmark once all were looked at; nil where none were compared.
  public var maxTest: MaxTestReport?
  /// Settings, data digests, model ids, versions: all that the run depends on.
  public var inputs: [Entry]
  public var warnings: [String]
  /// SHA-256 over orders, fills and equity.
  public var runHash: String

  public init(
    portfolioName: String, profile: String, market: String, symbols: [Symbol],
    timeframes: [Portfolio.TimeframeWeight], primary: Timeframe, allocationMode: String,
    start: Timestamp, end: Timestamp, isOutOfSample: Bool, startCapital: Double, currency: String,
    stepsPerYear: Double, stepName: String, portfolio: RunCurve, baselines: [RunCurve], trials: Int,
    deflatedSharpe: Double?, regimeTimeframe: Timeframe, regimeNames: [String],
    regimeSpans: [(symbol: Symbol, spans: [RegimeSpan])], regimeRows: [RegimeRow],
    attribution: [AttributionRow], gates: [GateRow], weights: [WeightRow], reasons: [Entry],
    fills: [Fill], costs: RunCosts,
    distinctTargets: [(symbol: Symbol, count: Int)], lastDecision: AllocationDecision?,
    inputs: [Entry], warnings: [String], runHash: String
  ) {
    self.portfolioName = portfolioName
    self.profile = profile
    self.market = market
    self.symbols = symbols
    self.timeframes = timeframes
    self.primary = primary
    self.allocationMode = allocationMode
    self.start = start
    self.end = end
    self.isOutOfSample = isOutOfSample
    self.startCapital = startCapital
    self.currency = currency
    self.stepsPerYear = stepsPerYear
    self.stepName = stepName
    self.portfolio = portfolio
    self.baselines = baselines
    self.trials = trials
    self.deflatedSharpe = deflatedSharpe
    self.regimeTimeframe = regimeTimeframe
    self.regimeNames = regimeNames
    self.regimeSpans = regimeSpans
    self.regimeRows = regimeRows
    self.attribution = attribution
    self.gates = gates
    self.weights = weights
    self.reasons = reasons
    self.fills = fills
    self.costs = costs
    self.distinctTargets = distinctTargets
    self.lastDecision = lastDecision
    self.inputs = inputs
    self.warnings = warnings
    self.runHash = runHash
  }
}
