/// How many hidden states a regime model has: key `regime.states`.
public enum RegimeStates: Sendable, Hashable {
  case fixed(Int)
  /// The number of the range with the lowest BIC on the training window (Schwarz 1978): of models
  /// that share one forecast, the one with the lowest sum, so that they have as many states.
  ///
  /// BIC takes the bars as independent. Observations that overlap, such as a trailing volatility, are
  /// not, and it then chooses more states than last (7 and 8 of 8 on the sample's 4h bars).
  case automatic(ClosedRange<Int>)

  /// Every number that there can be.
  public static let all = 1...GaussianHMM.maximumStates

  /// The numbers that are tried.
  public var candidates: ClosedRange<Int> {
    switch self {
    case .fixed(let count): count...count
    case .automatic(let range): range
    }
  }

  /// The number, where it is fixed.
  public var fixed: Int? {
    if case .fixed(let count) = self { return count }
    return nil
  }
}

extension RegimeStates: ExpressibleByIntegerLiteral {
  public init(integerLiteral count: Int) { self = .fixed(count) }
}

/// As it stands in the portfolio file and in a model's id: `3`, `auto`, `2..5`.
extension RegimeStates: LosslessStringConvertible {
  public var description: String {
    switch self {
    case .fixed(let count): "\(count)"
    case .automatic(RegimeStates.all): "auto"
    case .automatic(let range): "\(range.lowerBound)..\(range.upperBound)"
    }
  }

  /// Nil for anything else, and for numbers outside 1...8.
  public init?(_ text: String) {
    if text == "auto" {
      self = .automatic(RegimeStates.all)
      return
    }
    func count(_ part: Substring) -> Int? {
      guard part.utf8.count == 1 else { return nil }
      return Int(part).flatMap { RegimeStates.all.contains($0) ? $0 : nil }
    }
    if let number = count(text[...]) {
      self = .fixed(number)
      return
    }
    let border = text.utf8.firstIndex(of: UInt8(ascii: "."))
    guard let border, text[border...].hasPrefix(".."), let low = count(text[..<border]),
      let high = count(text[border...].dropFirst(2)), low < high
    else { return nil }
    self = .automatic(low...high)
  }
}
