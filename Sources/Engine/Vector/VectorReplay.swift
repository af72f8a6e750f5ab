import Market
public import Trading

/// Replays target weights over a price table: the results of `StepLoop` with `WeightReplay`, to 1e-12,
/// at the speed at which closes are read.
public struct VectorReplay: Sendable {
  private let table: PriceTable
  private let steps: [Int]
  private let weights: [Double]

  /// - Parameters:
  ///   - steps: at whose closes is decided, ascending.
  ///   - weights: `decision * symbols + symbol`; not a number leaves a symbol and its waiting order.
  public init(_ table: PriceTable, steps: [Int], weights: [Double]) throws(VectorError) {
    guard weights.count == steps.count * table.symbols.count else {
      throw .badWeights(
        "\(weights.count) weights are not \(steps.count) rows of \(table.symbols.count)")
    }
    guard zip(steps, steps.dropFirst()).allSatisfy(<),
      steps.allSatisfy(table.times.indices.contains)
    else { throw .badWeights("the steps of the decisions are not ascending steps of the table") }
    self.table = table
    self.steps = steps
    self.weights = weights
  }

  /// Trades from the close of the table's first step on.
  public func run(costs: CostSettings, capital: CapitalSettings) throws(VectorError) -> VectorCurve
  {
    var account = try VectorAccount(table, costs, capital)
    replay(&account)
    return account.finished(symbols: table.symbols.count)
  }

  private func replay(_ account: inout VectorAccount) {
    let (count, groups) = (table.symbols.count, table.groups)
    let hasInterest = account.capital.cashRate != 0 || account.capital.debitRate ?? 0 != 0
    let quantities = account.held.vectors
    let stepCount = table.times.count
    var next = 0
    table.closes.withUnsafeBufferPointer { closes in
      table.opens.withUnsafeBufferPointer { opens in
        guard let firstClose = closes.baseAddress, let firstOpen = opens.baseAddress else { return }
        for step in 0..<stepCount {
          let row = firstClose + step * groups
          if step > 0 {
            if hasInterest { account.accrue(from: table.times[step - 1], to: table.times[step]) }
            if account.waitingCount > 0 {
              account.trade(
                opens: scalars(firstOpen + step * groups), marks: scalars(row - groups)
              ) { _, _ in }
            }
          }
          var sum = SIMD8<Double>.zero
          for group in 0..<groups { sum += quantities[group] * row[group] }
          let equity = account.cash + sum.sum()
          account.curve.equity[step] = equity
          account.curve.cash[step] = account.cash
          if next < steps.count, steps[next] == step {
            decide(next, count, equity, scalars(row), &account)
            next += 1
          }
        }
      }
    }
  }

  private func scalars(_ row: UnsafePointer<SIMD8<Double>>) -> UnsafePointer<Double> {
    UnsafeRawPointer(row).assumingMemoryBound(to: Double.self)
  }

  private func decide(
    _ decision: Int, _ count: Int, _ equity: Double, _ marks: UnsafePointer<Double>,
    _ account: inout VectorAccount
  ) {
    let total = equity
    let equity = max(0, total)
    for symbol in 0..<count {
      let weight = weights[decision * count + symbol]
      guard weight == weight else { continue }
      let (mark, held) = (marks[symbol], account.held.values[symbol])
      // A mark of 0: not listed yet.
      guard mark > 0 else { continue }
      // To the bit what is held, which may be no whole number of lots.
      if total > 0, weight == held * mark / total {
        account.order(symbol, 0)
        continue
      }
      let wanted = weight == 0 ? 0 : account.capital.inLots(weight * equity / mark)
      let quantity = wanted - held
      account.order(symbol, Order.isWorth(quantity * mark, of: equity) ? quantity : 0)
    }
  }
}
