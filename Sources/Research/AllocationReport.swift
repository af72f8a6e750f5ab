public import Allocation
public import Kernels
public import Market
public import Signals

/// What to hold now, and why: the answer of `allocate`.
public struct AllocationReport: Sendable {
  /// One timeframe's view of a symbol.
  public struct View: Sendable {
    public var timeframe: Timeframe
    public var signal: NodeSignal?
    /// Part of the symbol's net alpha a year that comes from this timeframe.
    public var alpha: Double
    public var calibration: Calibration
    public var regimeName: String?

    public init(
      timeframe: Timeframe, signal: NodeSignal?, alpha: Double, calibration: Calibration,
      regimeName: String?
    ) {
      self.timeframe = timeframe
      self.signal = signal
      self.alpha = alpha
      self.calibration = calibration
      self.regimeName = regimeName
    }
  }

  /// A symbol's allocation, its reasons and the trade that leads there.
  public struct Row: Sendable {
    public var symbol: Symbol
    public var line: AllocationLine
    public var price: Double
    public var heldQuantity: Double
    /// Units to buy (positive) or sell.
    public var tradeQuantity: Double
    public var views: [View]
    /// `in_out`: what kept the entry rules from opening a position, in words; nil where one stands.
    public var refusal: String?

    public init(
      symbol: Symbol, line: AllocationLine, price: Double, heldQuantity: Double,
      tradeQuantity: Double, views: [View]
    ) {
      self.symbol = symbol
      self.line = line
      self.price = price
      self.heldQuantity = heldQuantity
      self.tradeQuantity = tradeQuantity
      self.views = views
    }
  }

  public var portfolioName: String
  public var profile: String
  public var allocationMode: String
  /// The close at which the decision was taken.
  public var asOf: Timestamp
  public var primary: Timeframe
  public var equity: Double
  public var currency: String
  /// What the trades start from: holdings file, previous allocation or cash.
  public var heldFrom: String
  public var rows: [Row]
  public var decision: AllocationDecision
  /// Correlations of the covariance that sizes, in the order of `rows`.
  public var correlation: Matrix
  /// The same before they were shrunk; nil where they are not, and where that is no usable matrix.
  public var sampleCorrelation: Matrix?
  /// How far they, or the covariance that they are of, are shrunk: 0 not at all, 1 all the way.
  public var shrinkage = 0.0
  /// Whether they are shrunk to their mean; else the covariance is.
  public var shrinksToMean = false
  /// The rows so that symbols which move together stand together.
  public var clusterOrder: [Int] = []
  /// How spread the risk of the targets is.
  public var spread = Diversification(
    weights: [], covariance: Matrix(rows: 0, columns: 0, repeating: 0))
  /// Every limit that is set, with what it came to.
  public var standings: [LimitStanding] = []
  /// How the symbols' regimes go together; nil without models.
  public var regimes: CrossRegimes?
  /// The decision before, from the same models and holdings; nil before there were bars for one.
  public var previous: (asOf: Timestamp, decision: AllocationDecision)?
  /// Close of the last bar that any of the models has seen; nil without models.
  public var trainedTo: Timestamp?
  /// What the trades cost at the last closes, in currency; nil where nothing is known of costs.
  public var expectedCost: Double?
  /// Whether the next allocation starts from this one.
  public var isCarriedOut = false
  /// Digests of the bars, model ids, settings and versions: all that the decision depends on beside what
  /// is held.
  public var inputs: [BacktestReport.Entry] = []
  /// Notes in words: age of the data, shut gates, excluded nodes.
  public var notes: [String]
  public var runHash: String

  public init(
    portfolioName: String, profile: String, allocationMode: String, asOf: Timestamp,
    primary: Timeframe, equity: Double, currency: String, heldFrom: String, rows: [Row],
    decision: AllocationDecision, correlation: Matrix, notes: [String], runHash: String
  ) {
    self.portfolioName = portfolioName
    self.profile = profile
    self.allocationMode = allocationMode
    self.asOf = asOf
    self.primary = primary
    self.equity = equity
    self.currency = currency
    self.heldFrom = heldFrom
    self.rows = rows
    self.decision = decision
    self.correlation = correlation
    self.notes = notes
    self.runHash = runHash
  }
}
