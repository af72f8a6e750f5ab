public import Market
public import SignalGraph

/// A series of bars as they were given that ended before the primary one of its symbol did.
public struct EndedSeries: Sendable, Equatable {
  public var key: NodeKey
  /// Its last close.
  public var end: Timestamp
  /// The last close of the symbol's primary bars.
  public var primaryEnd: Timestamp
}

extension MarketHistory {
  /// The first series of given bars, slower than the primary, that has ended: more than two of its bars are
  /// missing at the last close of its symbol's primary bars. Nil where all go on.
  ///
  /// Its node's signals are void by then, and a risk that is measured on it is that of another time. A series
  /// that is resampled cannot end so, and neither can one of a symbol that trades no more.
  public var endedSeries: EndedSeries? {
    for key in given.sorted() where key.timeframe > primary {
      let (own, base) = (series(key), series(NodeKey(key.symbol, primary)))
      guard let last = own.times.last, !base.isEmpty else { continue }
      let primaryEnd = base.knownAt(base.count - 1)
      // The bar of this slot is not over, or only now.
      let slot = key.timeframe.slot(containing: primaryEnd)
      guard own.calendar.missingSlots(from: last, to: slot, key.timeframe) > 2 else { continue }
      return EndedSeries(key: key, end: own.knownAt(own.count - 1), primaryEnd: primaryEnd)
    }
    return nil
  }
}
