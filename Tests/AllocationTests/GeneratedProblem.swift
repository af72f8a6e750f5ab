import Allocation
import Kernels
import Market

/// Random markets and decisions for the invariants: everything follows from the seed.
struct GeneratedProblem {
  var random: CounterRandom
  let symbols: [Symbol]
  let covariance: CovarianceEstimate

  /// How the covariance is made.
  enum Kind: Sendable {
    /// Some factors and a risk of each symbol's own.
    case factors
    /// Factors alone: the rank is their number.
    case singular
    /// Each symbol stands there twice.
    case duplicated
    /// One volatility and one correlation, so that everything is a tie.
    case alike
  }

  /// - Parameters:
  ///   - signed: whether correlations may be negative.
  ///   - symbols: how many; at most 12 where nil.
  init(seed: UInt64, signed: Bool = false, symbols number: Int? = nil, kind: Kind = .factors) {
    var random = CounterRandom(seed: seed, path: ["problem"])
    let drawn = 1 + random.below(12)
    let count = number ?? drawn
    // As many digits each, so that their order is that of the numbers.
    let digits = String(max(10, count - 1)).count
    symbols = (0..<count).map { number in
      let text = String(number)
      return Symbol("S" + String(repeating: "0", count: digits - text.count) + text)
    }
    // Correlations of a factor model, so that the matrix is positive definite.
    let factors = 1 + random.below(3)
    var loadings: [[Double]] = []
    for _ in 0..<count {
      loadings.append(
        (0..<factors).map { _ in signed ? random.normal() : 0.2 + 1.5 * random.uniform() })
    }
    var rows = Array(repeating: Array(repeating: 1.0, count: count), count: count)
    for i in 0..<count {
      for j in 0..<count where i != j {
        var (product, first, second) = (0.0, 1.0, 1.0)
        for f in 0..<factors {
          product += loadings[i][f] * loadings[j][f]
          first += loadings[i][f] * loadings[i][f]
          second += loadings[j][f] * loadings[j][f]
        }
        rows[i][j] =
          product / (kind == .singular ? (first - 1) * (second - 1) : first * second).squareRoot()
      }
    }
    var volatilities: [Double] = []
    for _ in 0..<count { volatilities.append(0.002 + 0.06 * random.uniform()) }
    let pairs = (0..<count).flatMap { i in (0..<count).map { (i, $0) } }
    switch kind {
    case .factors, .singular: break
    case .duplicated:
      let own = rows
      for (i, j) in pairs { rows[i][j] = i / 2 == j / 2 ? 1 : own[i / 2 * 2][j / 2 * 2] }
      for i in 0..<count { volatilities[i] = volatilities[i / 2 * 2] }
    case .alike:
      for (i, j) in pairs where i != j { rows[i][j] = 0.4 }
      for i in 0..<count { volatilities[i] = 0.02 }
    }
    covariance = CovarianceEstimate(
      symbols: symbols, volatilities: volatilities, correlation: Matrix(rows: rows),
      observations: Array(repeating: 500, count: count))
    self.random = random
  }

  mutating func settings(_ mode: AllocationSettings.Mode) -> AllocationSettings {
    AllocationSettings(
      mode: mode, prior: [SizingMethod.equal, .riskParity, .inverseVolatility][random.below(3)],
      method: random.below(4) == 0 ? .equal : .riskBudget,
      volatilityTarget: random.below(4) == 0 ? nil : 0.05 + 0.8 * random.uniform(),
      band: random.below(3) == 0 ? 0 : 0.5 * random.uniform(),
      sharpeOfPrior: 0.2 + random.uniform(), tiltMax: 1 + 2 * random.uniform())
  }

  mutating func limits() -> LimitSettings {
    var overrides: [Symbol: Double] = [:]
    for symbol in symbols where random.below(6) == 0 { overrides[symbol] = 0.2 * random.uniform() }
    return LimitSettings(
      gross: random.below(2) == 0 ? 1 : 0.3 + 1.5 * random.uniform(),
      perSymbol: random.below(2) == 0 ? nil : 0.02 + 0.5 * random.uniform(),
      perSymbolOverrides: overrides)
  }

  /// Inputs of every kind: held, stopped, forbidden, with and without skill or conviction.
  /// - Parameter stuck: whether positions may be held whose prices are stale.
  mutating func assets(signed: Bool, stuck: Bool = false) -> [AssetInput] {
    var assets: [AssetInput] = []
    for symbol in symbols {
      var held = random.below(3) == 0 ? 0 : 0.5 * random.uniform()
      if signed, random.below(2) == 0 { held = -held }
      assets.append(
        AssetInput(
          symbol: symbol, held: held,
          ineligible: random.below(10) == 0 ? [.stalePrice, .noSignal][random.below(2)] : nil,
          stoppedBy: random.below(12) == 0 ? "trailing stop" : nil,
          regimeSize: random.below(3) == 0 ? 1 : random.uniform(),
          netAlpha: random.below(3) == 0 ? 0 : 0.4 * random.normal(),
          conviction: random.below(6) == 0
            ? 0 : (signed ? 2 * random.uniform() - 1 : random.uniform()),
          isActive: random.below(4) != 0,
          sizeMultiplier: random.below(3) == 0 ? 1 : 1.5 * random.uniform(),
          exitedBy: random.below(10) == 0 ? "profit target" : nil))
    }
    for index in assets.indices where assets[index].ineligible == .stalePrice && !stuck {
      assets[index].held = 0
    }
    return assets
  }
}

extension AllocationInput {
  /// Whether what cannot be traded breaks a limit by itself.
  /// - Parameter isMoreAllowed: whether the others may add to it, as they do where the market does not take
  ///   their sales at once or trades are rounded; else they may take from it at most, as hedges do.
  func cannotKeep(
    _ violation: LimitViolation, _ limits: LimitSettings, isMoreAllowed: Bool = false
  ) -> Bool {
    let stuck = assets.map {
      (symbol: $0.symbol, weight: $0.ineligible == .stalePrice ? $0.held : 0)
    }
    let alone = limits.violations(
      of: stuck, covariance: covariance, periodsPerYear: periodsPerYear)
    return alone.contains { own in
      switch (own, violation) {
      case (.perSymbol(let a, _, _), .perSymbol(let b, _, _)): a == b
      case (.positions(let alone, _), .positions(let all, _)): isMoreAllowed || all == alone
      case (.pair(let a, let b, _, _), .pair(let c, let d, _, _)): (a, b) == (c, d)
      // What is cut to a net weight or to a volatility ends within their tolerance.
      case (.sum(.net, let alone, _), .sum(.net, let total, _)):
        isMoreAllowed || abs(total) <= abs(alone) * (1 + 1e-9)
      case (.volatility(let alone, _), .volatility(let total, _)):
        isMoreAllowed || total <= alone * (1 + 1e-9)
      case (.sum(let a, let alone, _), .sum(let b, let total, _)):
        a == b && (isMoreAllowed || total <= alone + 1e-12)
      default: false
      }
    }
  }
}
