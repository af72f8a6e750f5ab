import Market

/// Sorts symbols once, and then each row of their returns.
struct SymbolOrder: Sendable {
  /// Sorted.
  let symbols: [Symbol]
  /// `column[i]` is where a row as given holds the return of `symbols[i]`.
  private let column: [Int]
  /// Whether rows are given in the order of `symbols`.
  let isOrder: Bool

  /// - Throws: `AllocationError.duplicateSymbol`.
  init(_ symbols: [Symbol]) throws(AllocationError) {
    isOrder = symbols.indices.dropFirst().allSatisfy { symbols[$0 - 1] < symbols[$0] }
    guard !isOrder else {
      self.symbols = symbols
      column = Array(symbols.indices)
      return
    }
    let order = symbols.indices.sorted { symbols[$0] < symbols[$1] }
    for (a, b) in zip(order, order.dropFirst()) where symbols[a] == symbols[b] {
      throw .duplicateSymbol(symbols[a])
    }
    self.symbols = order.map { symbols[$0] }
    column = order
  }

  var count: Int { symbols.count }

  /// The returns of one bar in the order of `symbols`; NaN is a missing return.
  /// - Parameter row: of the bar, for the error.
  /// - Throws: `AllocationError.infiniteReturn`.
  func sorted(_ returns: some Collection<Double>, row: Int) throws(AllocationError) -> [Double] {
    precondition(returns.count == column.count, "one return a symbol")
    let given = Array(returns)
    let sorted = isOrder ? given : column.map { given[$0] }
    if let i = sorted.firstIndex(where: \.isInfinite) {
      throw .infiniteReturn(symbol: symbols[i], row: row)
    }
    return sorted
  }
}
