public import Market

/// The part of history that a model may see, and how it is used.
///
/// `| training | embargo | early stopping |` ends at `to`; what comes after is not touched. A target
/// belongs to a part when its outcome is known within it.
public struct TrainingWindow: Sendable, Hashable {
  /// Rows known before are left out; nil takes all.
  public var from: Timestamp?
  /// Targets known up to here train.
  public var trainTo: Timestamp
  /// Rows known from here on decide when training stops.
  public var stopFrom: Timestamp
  /// Nothing that becomes known later is seen.
  public var to: Timestamp
  /// Stretches within the window whose bars are neither fitted nor targets: what cross-validation tests
  /// on, with its purge and embargo. Ascending and apart; a walk-forward has none.
  ///
  /// Indicators, the regime's filter and the network's state run through them, as they do when served.
  public var shut: [Range<Timestamp>] = []

  /// Cuts `share` of the window off its end for early stopping.
  /// - Parameters:
  ///   - embargo: milliseconds dropped at the border between the two parts.
  ///   - shut: stretches that are not seen; they count in neither part.
  public init(
    from: Timestamp?, start: Timestamp, to: Timestamp, share: Double, embargo: Int64,
    shut: [Range<Timestamp>] = []
  ) {
    let begin = from ?? start
    self.from = from
    self.to = to
    self.shut = shut
    var length = to - begin
    for stretch in shut { length -= stretch.upperBound - stretch.lowerBound }
    // Back from the end, over what is shut.
    stopFrom = to - Int64(Double(length) * share)
    for stretch in shut.reversed() where stretch.upperBound > stopFrom {
      stopFrom = stopFrom - (stretch.upperBound - stretch.lowerBound)
    }
    trainTo = stopFrom - embargo
  }

  /// Whether a stretch of time, both ends included, touches what is shut.
  public func isShut(_ first: Timestamp, _ last: Timestamp) -> Bool {
    shut.contains { first < $0.upperBound && last >= $0.lowerBound }
  }
}
