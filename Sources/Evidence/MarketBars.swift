import Kernels
public import Market

/// The bars of a universe, with the files they came from.
public struct MarketBars: Sendable {
  public struct Source: Sendable, Equatable {
    public var file: String
    public var sha256: String
    public var bars: Int
    public var rejected: Int

    public init(file: String, sha256: String, bars: Int, rejected: Int) {
      self.file = file
      self.sha256 = sha256
      self.bars = bars
      self.rejected = rejected
    }
  }

  public var universe: MarketUniverse
  /// One a symbol, in the universe's order.
  public var series: [BarSeries]
  public var sources: [Source]

  public init(universe: MarketUniverse, series: [BarSeries], sources: [Source]) {
    precondition(series.map(\.symbol) == universe.symbols, "a series a symbol")
    self.universe = universe
    self.series = series
    self.sources = sources
  }

  /// One SHA-256 of all files: what `sha256sum FILES | sha256sum` prints, in order of their names.
  public var digest: String {
    var hash = SHA256()
    for source in sources.sorted(by: { $0.file < $1.file }) {
      hash.update(Array("\(source.sha256)  \(source.file)\n".utf8))
    }
    return hash.hex()
  }
}
