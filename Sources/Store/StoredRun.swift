import Market

/// A backtest, an allocation or another run over a portfolio, as it is kept.
public struct StoredRun: Sendable, Equatable {
  /// The hash of all its inputs: equal inputs, equal key.
  public let key: String
  public let kind: String
  public let portfolio: String
  /// The first and the last time of its data; no clock's time.
  public let started: Timestamp
  public let ended: Timestamp
  public let runHash: String
  public let summaryJSON: String
  public let equity: [StoredEquity]
  public let fills: [StoredFill]
  public let allocations: [StoredAllocation]
}

/// The equity at one time, in the currency of the account.
public struct StoredEquity: Sendable, Equatable {
  public var time: Timestamp
  public var equity: Double

  public init(time: Timestamp, equity: Double) {
    self.time = time
    self.equity = equity
  }
}

/// One fill of a run; a sale has a negative quantity.
public struct StoredFill: Sendable, Equatable {
  public var time: Timestamp
  public var symbol: Symbol
  public var quantity: Double
  public var price: Double
  public var fee: Double
  public var slippage: Double
  public var reason: String

  public init(
    time: Timestamp, symbol: Symbol, quantity: Double, price: Double, fee: Double,
    slippage: Double, reason: String
  ) {
    self.time = time
    self.symbol = symbol
    self.quantity = quantity
    self.price = price
    self.fee = fee
    self.slippage = slippage
    self.reason = reason
  }
}

/// The weight decided for one symbol at one time, with its reasons as JSON.
public struct StoredAllocation: Sendable, Equatable {
  public var time: Timestamp
  public var symbol: Symbol
  public var weight: Double
  public var json: String

  public init(time: Timestamp, symbol: Symbol, weight: Double, json: String) {
    self.time = time
    self.symbol = symbol
    self.weight = weight
    self.json = json
  }
}

/// One attempt whose result was looked at: the deflated Sharpe ratio counts them.
public struct StoredTrial: Sendable, Equatable {
  /// The portfolio it was made for. The same attempt may have been made for several.
  public var portfolio: String
  /// The hash of all its inputs, the portfolio's name not among them: equal keys are one trial.
  public var key: String
  public var kind: String
  public var objective: Double?
  /// What it was measured on; `{}` where that is not known.
  public var specJSON: String

  public init(
    portfolio: String, key: String, kind: String, objective: Double?, specJSON: String
  ) {
    self.portfolio = portfolio
    self.key = key
    self.kind = kind
    self.objective = objective
    self.specJSON = specJSON
  }

  /// What it was measured on, or nil where the spec does not tell.
  /// - Throws: where the spec is damaged; `BarDatabase.trials(portfolio:sharing:)` gives none that is.
  public var sample: TrialSample? {
    get throws { try TrialSample(specJSON: specJSON) }
  }
}

/// An entry in the index of model bundles. The bundles are the truth; this only finds them.
public struct StoredModel: Sendable, Equatable {
  public var symbol: Symbol
  public var timeframe: Timeframe
  public var id: String
  public var path: String
  public var trainingStart: Timestamp
  public var trainingEnd: Timestamp
  public var summaryJSON: String

  public init(
    symbol: Symbol, timeframe: Timeframe, id: String, path: String, trainingStart: Timestamp,
    trainingEnd: Timestamp, summaryJSON: String
  ) {
    self.symbol = symbol
    self.timeframe = timeframe
    self.id = id
    self.path = path
    self.trainingStart = trainingStart
    self.trainingEnd = trainingEnd
    self.summaryJSON = summaryJSON
  }
}
