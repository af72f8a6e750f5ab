public import Market

#if PLANTED_DEFECTS
  import PlantedDefects
#endif

/// Cash and positions, and the prices at which they are marked.
///
/// A value: rules and allocators read it, only the engine applies fills to it. At every moment
/// `cash + sum(quantity * mark) = equity`.
public struct Book: Sendable, Equatable, Codable {
  /// Sorted; positions are addressed by their index here.
  public let symbols: [Symbol]
  public private(set) var cash: Double
  /// Units held of each symbol; negative when short.
  public private(set) var quantities: [Double]
  /// Last price of each symbol; nil before its first bar.
  public private(set) var marks: [Double?]
  /// Average price paid for each open position, slippage included; nil where nothing is held.
  public private(set) var entryPrices: [Double?]
  /// Best mark since the position was opened, its fill price to begin with; lowest for a short.
  public private(set) var bestMarks: [Double?]
  /// Commission paid so far.
  public private(set) var fees = 0.0
  /// Slippage paid so far.
  public private(set) var slippage = 0.0
  /// Half spreads paid so far.
  public private(set) var spread = 0.0
  /// Market impact paid so far.
  public private(set) var impact = 0.0
  /// Lost so far on symbols that are traded no more.
  public private(set) var writeOffs = 0.0
  /// Fees on short positions paid so far.
  public private(set) var borrow = 0.0
  /// Funding paid so far; negative where more was received.
  public private(set) var funding = 0.0
  /// Interest received so far.
  public private(set) var interest = 0.0

  /// - Precondition: `symbols` is sorted.
  public init(symbols: [Symbol], cash: Double) {
    self.symbols = symbols
    self.cash = cash
    quantities = Array(repeating: 0, count: symbols.count)
    marks = Array(repeating: nil, count: symbols.count)
    entryPrices = Array(repeating: nil, count: symbols.count)
    bestMarks = Array(repeating: nil, count: symbols.count)
  }

  /// A book that takes positions over at their marks: each costs what it is worth.
  /// - Parameter holdings: units and price by index of the symbol.
  public init(symbols: [Symbol], cash: Double, holdings: [Int: (quantity: Double, mark: Double)]) {
    self.init(symbols: symbols, cash: cash)
    for index in symbols.indices {
      guard let held = holdings[index] else { continue }
      marks[index] = held.mark
      guard held.quantity != 0 else { continue }
      quantities[index] = held.quantity
      entryPrices[index] = held.mark
      bestMarks[index] = held.mark
    }
  }

  /// Cash plus positions at their marks.
  public var equity: Double {
    var value = cash
    for index in symbols.indices where quantities[index] != 0 {
      value += quantities[index] * (marks[index] ?? 0)
    }
    return value
  }

  /// Sum of the absolute position values.
  public var grossValue: Double {
    var gross = 0.0
    for index in symbols.indices where quantities[index] != 0 {
      gross += abs(quantities[index] * (marks[index] ?? 0))
    }
    return gross
  }

  /// Gain of the best close since the fill over the fill price, of one unit of a position; nil where
  /// nothing is held.
  public func bestGain(_ index: Int) -> Double? {
    guard let entry = entryPrices[index], let best = bestMarks[index] else { return nil }
    return (quantities[index] > 0 ? 1 : -1) * (best / entry - 1)
  }

  /// Each position's share of equity, signed.
  public var weights: [Double] {
    let total = equity
    return symbols.indices.map { index in
      quantities[index] == 0 ? 0 : quantities[index] * (marks[index] ?? 0) / total
    }
  }

  /// Equity and gross value, with each position's share of equity added to `weights`: what a step
  /// leaves on record, in one call.
  public func appendWeights(to weights: inout [Double]) -> (equity: Double, gross: Double) {
    let first = weights.count
    weights.append(contentsOf: repeatElement(0, count: symbols.count))
    let (quantities, marks) = (self.quantities, self.marks)
    var (equity, gross) = (cash, 0.0)
    weights.withUnsafeMutableBufferPointer { all in
      let values = UnsafeMutableBufferPointer(rebasing: all[first...])
      for index in quantities.indices where quantities[index] != 0 {
        let value = quantities[index] * (marks[index] ?? 0)
        equity += value
        gross += abs(value)
        values[index] = value
      }
      for index in quantities.indices where quantities[index] != 0 { values[index] /= equity }
    }
    return (equity, gross)
  }

  /// Marks a symbol at a new price.
  public mutating func mark(_ index: Int, at price: Double) {
    marks[index] = price
  }

  /// Marks symbols at their closes, which also count for the best price since entry.
  /// - Parameter closes: one a symbol; not a number where it has none.
  public mutating func markCloses(_ closes: Span<Double>) {
    precondition(closes.count == symbols.count, "one close a symbol")
    Book.follow(closes, quantities, &marks, &bestMarks)
  }

  private static func follow(
    _ closes: Span<Double>, _ quantities: [Double], _ marks: inout [Double?],
    _ bestMarks: inout [Double?]
  ) {
    var marks = marks.mutableSpan
    var bestMarks = bestMarks.mutableSpan
    for index in closes.indices {
      let price = closes[index]
      guard price == price else { continue }
      marks[index] = price
      guard quantities[index] != 0, let best = bestMarks[index] else { continue }
      bestMarks[index] = quantities[index] > 0 ? max(best, price) : min(best, price)
    }
  }

  /// Adds interest on cash.
  public mutating func credit(interest amount: Double) {
    cash += amount
    interest += amount
  }

  /// Takes the fee for positions that are held: on short ones, and the funding of all.
  public mutating func charge(borrow fee: Double, funding payment: Double) {
    cash -= fee + payment
    borrow += fee
    funding += payment
  }

  /// Makes `ratio` units of each one; prices fall accordingly, and nothing is gained or lost.
  public mutating func split(_ index: Int, ratio: Double) {
    quantities[index] *= ratio
    marks[index] = marks[index].map { $0 / ratio }
    entryPrices[index] = entryPrices[index].map { $0 / ratio }
    bestMarks[index] = bestMarks[index].map { $0 / ratio }
  }

  /// Books a fill: cash, position, entry price, fees.
  public mutating func apply(_ fill: Fill, at index: Int) {
    precondition(symbols[index] == fill.symbol)
    let before = quantities[index]
    let after = before + fill.quantity
    cash -= fill.quantity * fill.price + fill.fee
    #if PLANTED_DEFECTS
      if PlantedDefect.unbookedFee.isPlanted, fill.quantity < 0 { cash += fill.fee }
    #endif
    fees += fill.fee
    slippage += fill.slippage
    spread += fill.spread
    impact += fill.impact
    writeOffs += fill.writeOff
    quantities[index] = after
    if after == 0 {
      entryPrices[index] = nil
      bestMarks[index] = nil
    } else if before == 0 || (before > 0) != (after > 0) {
      entryPrices[index] = fill.price
      bestMarks[index] = fill.price
    } else if abs(after) > abs(before), let entry = entryPrices[index] {
      entryPrices[index] = (entry * before + fill.price * fill.quantity) / after
    }
  }
}
