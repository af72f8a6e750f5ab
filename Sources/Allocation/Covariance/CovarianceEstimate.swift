import Kernels
import Market

/// Volatilities and correlations of the returns of one bar, for the symbols that can be measured.
public struct CovarianceEstimate: Sendable, Equatable {
  /// A symbol that could not be measured.
  public struct Exclusion: Sendable, Equatable {
    public let symbol: Symbol
    public let reason: IneligibilityReason

    public init(symbol: Symbol, reason: IneligibilityReason) {
      self.symbol = symbol
      self.reason = reason
    }
  }

  /// The symbols measured, sorted; rows and columns below are in this order.
  public let symbols: [Symbol]
  /// Standard deviations per bar.
  public let volatilities: [Double]
  /// N×N, diagonal exactly 1.
  public let correlation: Matrix
  /// N×N, `volatility_i · volatility_j · correlation_ij`.
  public let covariance: Matrix
  /// The weight of the constant-correlation target, 0...1.
  public let shrinkage: Double
  /// The mean of the correlations before shrinking, which shrinking keeps; 0 for one symbol.
  public let averageCorrelation: Double
  /// Returns seen of each symbol.
  public let observations: [Int]
  /// The symbols left out, sorted.
  public let excluded: [Exclusion]
  /// Whether the correlations had to be made positive semidefinite (unequal histories, duplicates).
  public let isRepaired: Bool

  /// - Precondition: `symbols` is sorted and every shape fits.
  public init(
    symbols: [Symbol], volatilities: [Double], correlation: Matrix, shrinkage: Double = 0,
    averageCorrelation: Double = 0, observations: [Int], excluded: [Exclusion] = [],
    isRepaired: Bool = false
  ) {
    let n = symbols.count
    precondition(zip(symbols, symbols.dropFirst()).allSatisfy { $0 < $1 }, "symbols are sorted")
    precondition(
      volatilities.count == n && observations.count == n && correlation.rows == n
        && correlation.columns == n, "one row, column and volatility a symbol")
    self.symbols = symbols
    self.volatilities = volatilities
    self.correlation = correlation
    self.shrinkage = shrinkage
    self.averageCorrelation = averageCorrelation
    self.observations = observations
    self.excluded = excluded
    self.isRepaired = isRepaired
    var covariance = correlation.elements
    covariance.withUnsafeMutableBufferPointer { covariance in
      volatilities.withUnsafeBufferPointer { volatilities in
        for i in 0..<n {
          for j in 0..<n { covariance[i * n + j] *= volatilities[i] * volatilities[j] }
        }
      }
    }
    self.covariance = Matrix(square: n, covariance)
  }

  /// The same correlations between other volatilities.
  ///
  /// - Parameter volatilities: standard deviations per bar by symbol; those not named stay.
  public func withVolatilities(_ volatilities: [Symbol: Double]) -> CovarianceEstimate {
    CovarianceEstimate(
      symbols: symbols,
      volatilities: zip(symbols, self.volatilities).map { volatilities[$0] ?? $1 },
      correlation: correlation, shrinkage: shrinkage, averageCorrelation: averageCorrelation,
      observations: observations, excluded: excluded, isRepaired: isRepaired)
  }

  /// The row of a symbol, or nil if it was not measured.
  public func index(of symbol: Symbol) -> Int? {
    var low = 0
    var high = symbols.count
    while low < high {
      let middle = (low + high) / 2
      if symbols[middle] < symbol { low = middle + 1 } else { high = middle }
    }
    return low < symbols.count && symbols[low] == symbol ? low : nil
  }

  /// The rows of symbols, nil for those that were not measured: one walk along both lists.
  /// - Parameter sorted: symbols in their order, each once.
  func rows(of sorted: some Collection<Symbol>) -> [Int?] {
    var row = 0
    return sorted.map { symbol in
      // Mostly both lists are the same.
      var isNext = row < symbols.count && symbols[row] == symbol
      while !isNext, row < symbols.count, symbols[row] < symbol {
        row += 1
        isNext = row < symbols.count && symbols[row] == symbol
      }
      guard isNext else { return nil }
      row += 1
      return row - 1
    }
  }

  /// The covariance of some rows, in the order given.
  public func covariance(of rows: [Int]) -> Matrix { covariance.part(rows) }

  /// The correlations of some rows, in the order given.
  func correlation(of rows: [Int]) -> Matrix { correlation.part(rows) }
}
