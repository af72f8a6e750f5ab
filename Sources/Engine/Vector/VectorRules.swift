import Market
import SignalGraph
public import Signals
public import Trading

/// Opens positions at given closes and closes them by stop, trailing stop, target and time on closes:
/// the results of `StepLoop` with `SignalRules`, to 1e-12, eight symbols at a time.
public struct VectorRules: Sendable {
  /// A position to be opened at a close, where nothing is held.
  public struct Entry: Sendable, Equatable {
    public var step: Int
    public var symbol: Int
    public var isLong: Bool

    public init(step: Int, symbol: Int, isLong: Bool) {
      self.step = step
      self.symbol = symbol
      self.isLong = isLong
    }
  }

  private let table: PriceTable
  private let entries: [Entry]
  private let exit: [ExitSettings]
  private let size: PositionSizeSettings
  private let bases: [Double]

  /// - Parameters:
  ///   - entries: ascending by step, then by symbol; only at steps at which the symbol has a bar.
  ///   - exit: one a symbol; only the rules that need nothing but closes.
  ///   - bases: part of the equity of a new position by symbol, for the rule `fixed`.
  public init(
    _ table: PriceTable, entries: [Entry], exit: [ExitSettings], size: PositionSizeSettings,
    bases: [Double]
  ) throws(VectorError) {
    let count = table.symbols.count
    precondition(exit.count == count && bases.count == count, "one a symbol")
    for settings in exit {
      if settings.intrabar { throw .needsStepLoop("exit.intrabar") }
      if settings.trailingAfter != nil { throw .needsStepLoop("exit.trailing_after") }
      var rest = settings
      (rest.stop, rest.trailing, rest.target, rest.maxBars) = (nil, nil, nil, nil)
      guard rest.isOff else { throw .needsStepLoop("exit rules beyond prices") }
      if case .byState = settings.maxBars { throw .needsStepLoop("exit.max_bars by state") }
    }
    self.table = table
    self.entries = entries
    self.exit = exit
    self.size = size
    self.bases = bases
  }

  /// Trades from the close of the table's first step on.
  public func run(costs: CostSettings, capital: CapitalSettings) throws(VectorError) -> VectorCurve
  {
    var account = try VectorAccount(table, costs, capital)
    sweep(&account)
    return account.finished(symbols: table.symbols.count)
  }

  /// The open positions. Prices of a short one are turned over, so that larger is better on either side.
  private struct Positions {
    /// 1 long, -1 short, 0 none.
    let side: LaneBuffer
    let best: LaneBuffer
    let stop: LaneBuffer
    let target: LaneBuffer
    /// The trailing level over the best close.
    let trail: LaneBuffer
    let bars: LaneBuffer
    let limit: LaneBuffer

    init(_ groups: Int) {
      (side, best) = (LaneBuffer(groups: groups), LaneBuffer(groups: groups))
      (stop, target) = (LaneBuffer(groups: groups), LaneBuffer(groups: groups))
      (trail, bars) = (LaneBuffer(groups: groups), LaneBuffer(groups: groups))
      limit = LaneBuffer(groups: groups, .infinity)
    }

    /// Follows a fill.
    func filled(_ symbol: Int, _ price: Double, held: Double, _ exit: ExitSettings) {
      let sign: Double = held > 0 ? 1 : held < 0 ? -1 : 0
      // Where cash did not suffice to buy a short position back, the rest of it stands as it was.
      guard sign != side.values[symbol] else { return }
      side.values[symbol] = sign
      guard sign != 0 else { return }
      let hair = OpenPosition.hair
      best.values[symbol] = sign * price
      stop.values[symbol] = exit.stop.map { sign * price - price * ($0 - hair) } ?? -.infinity
      target.values[symbol] = exit.target.map { sign * price + price * ($0 - hair) } ?? .infinity
      // Without a trailing stop the level is minus infinity: best is above 0 long, below 0 short.
      trail.values[symbol] =
        exit.trailing.map { 1 - sign * ($0 - hair) } ?? -sign * .infinity
      bars.values[symbol] = 0
      if case .all(let count)? = exit.maxBars { limit.values[symbol] = Double(count) }
    }
  }

  private func sweep(_ account: inout VectorAccount) {
    let groups = table.groups
    let hasInterest = account.capital.cashRate != 0 || account.capital.debitRate ?? 0 != 0
    let positions = Positions(groups)
    let quantities = account.held
    let hits = LaneBuffer(groups: groups)
    let stepCount = table.times.count
    var next = 0
    table.closes.withUnsafeBufferPointer { closes in
      table.opens.withUnsafeBufferPointer { opens in
        guard let firstClose = closes.baseAddress, let firstOpen = opens.baseAddress else { return }
        for step in 0..<stepCount {
          let row = firstClose + step * groups
          let openRow = firstOpen + step * groups
          if step > 0 {
            if hasInterest { account.accrue(from: table.times[step - 1], to: table.times[step]) }
            if account.waitingCount > 0 {
              account.trade(opens: scalars(openRow), marks: scalars(row - groups)) {
                positions.filled($0, $1, held: quantities.values[$0], exit[$0])
              }
            }
          }
          var sum = SIMD8<Double>.zero
          var hasHits = false
          for group in 0..<groups {
            let close = row[group]
            sum += quantities.vectors[group] * close
            let side = positions.side.vectors[group]
            let price = side * close
            var isHeld = side .!= 0
            if !table.isComplete { isHeld .&= openRow[group] .== openRow[group] }
            let best = pointwiseMax(positions.best.vectors[group], price)
            positions.best.vectors[group] = best
            let bars = positions.bars.vectors[group] + 1
            positions.bars.vectors[group].replace(with: bars, where: isHeld)
            let isHit =
              isHeld
              .& ((price .<= positions.stop.vectors[group])
                .| (price .>= positions.target.vectors[group])
                .| (price .<= best * positions.trail.vectors[group])
                .| (bars .>= positions.limit.vectors[group]))
            guard any(isHit) else { continue }
            hits.vectors[group].replace(with: 1, where: isHit)
            hasHits = true
          }
          let equity = account.cash + sum.sum()
          account.curve.equity[step] = equity
          account.curve.cash[step] = account.cash
          if hasHits { close(hits, equity, scalars(row), &account) }
          while next < entries.count, entries[next].step == step {
            open(entries[next], equity, scalars(row), &account)
            next += 1
          }
        }
      }
    }
  }

  private func scalars(_ row: UnsafePointer<SIMD8<Double>>) -> UnsafePointer<Double> {
    UnsafeRawPointer(row).assumingMemoryBound(to: Double.self)
  }

  /// Orders the positions closed whose rules fired, and forgets the hits.
  private func close(
    _ hits: LaneBuffer, _ equity: Double, _ marks: UnsafePointer<Double>,
    _ account: inout VectorAccount
  ) {
    for symbol in table.symbols.indices where hits.values[symbol] != 0 {
      hits.values[symbol] = 0
      let held = account.held.values[symbol]
      let isWorth = Order.isWorth(held * marks[symbol], of: max(0, equity))
      account.order(symbol, isWorth ? -held : 0)
    }
  }

  private func open(
    _ entry: Entry, _ equity: Double, _ marks: UnsafePointer<Double>,
    _ account: inout VectorAccount
  ) {
    guard account.held.values[entry.symbol] == 0 else { return }
    let weight = size.weight(equity: equity, base: bases[entry.symbol])
    let signed = entry.isLong ? weight : -weight
    let quantity = account.capital.inLots(signed * max(0, equity) / marks[entry.symbol])
    guard Order.isWorth(quantity * marks[entry.symbol], of: max(0, equity)) else { return }
    account.order(entry.symbol, quantity)
  }
}
