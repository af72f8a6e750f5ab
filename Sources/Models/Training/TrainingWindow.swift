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

  /// Cuts `share` of the window off its end for early stopping.
  /// - Parameter embargo: milliseconds dropped at the border between the two parts.
  public init(from: Timestamp?, start: Timestamp, to: Timestamp, share: Double, embargo: Int64) {
    let begin = from ?? start
    self.from = from
    self.to = to
    stopFrom = to - Int64(Double(to - begin) * share)
    trainTo = stopFrom - embargo
  }
}
