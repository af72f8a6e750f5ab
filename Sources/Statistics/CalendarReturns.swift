/// Returns compounded by month and by year: what each row of the monthly table adds up to.
public struct CalendarReturns: Sendable, Equatable {
  public struct Year: Sendable, Equatable {
    public let year: Int
    /// January to December; nil for a month without a return.
    public let months: [Double?]
    /// All of the year's returns compounded.
    public let total: Double
  }

  /// In order of time; years without a return between them are left out.
  public let years: [Year]

  /// - Parameters:
  ///   - returns: simple returns in order of time.
  ///   - months: the year and month (1...12) in which each of them came.
  /// - Precondition: months are from 1 to 12.
  /// - Throws: `StatisticsError` for lengths that differ and values that are not finite.
  public init(returns: [Double], months: [(year: Int, month: Int)]) throws(StatisticsError) {
    guard returns.count == months.count else {
      throw .lengthsDiffer(returns.count, months.count)
    }
    try requireFinite(returns)
    var found: [(year: Int, growth: [Double?], total: Double)] = []
    for (value, date) in zip(returns, months) {
      precondition((1...12).contains(date.month))
      if found.last?.year != date.year {
        found.append((date.year, Array(repeating: nil, count: 12), 1))
      }
      let row = found.count - 1
      found[row].growth[date.month - 1] = (found[row].growth[date.month - 1] ?? 1) * (1 + value)
      found[row].total *= 1 + value
    }
    years = found.map { row in
      Year(year: row.year, months: row.growth.map { $0.map { $0 - 1 } }, total: row.total - 1)
    }
  }
}
