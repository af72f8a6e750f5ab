public import Market

/// Columns of the user's own as a trial read them.
///
/// What stands in a column can be tried as a setting can, so other columns are another attempt. Columns that
/// have only grown since an earlier trial are the same ones, and keep the digest that they had at the first.
public struct TrialColumns: Sendable, Equatable, Codable {
  /// The digest at the first trial that read them.
  public let origin: String
  /// The digest of all values that were known at the trial's last time.
  public let digest: String

  public init(origin: String, digest: String) {
    self.origin = origin
    self.digest = digest
  }
}

extension BarDatabase {
  /// Tells columns that go on from those of an earlier trial, with their past as it was, from others.
  /// - Parameters:
  ///   - end: the trial's last time.
  ///   - digest: returns that of the values which are known at a time.
  public func trialColumns(until end: Timestamp, digest: (Timestamp) -> String) throws
    -> TrialColumns
  {
    // Of each origin the newest: its past is that of all before it.
    var newest: [(last: Timestamp, columns: TrialColumns)] = []
    var places: [String: Int] = [:]
    for trial in try allTrials() {
      // What a damaged one has read is not known; counting the trials names it.
      guard let sample = try? trial.sample, let columns = sample.columns else { continue }
      guard let place = places[columns.origin] else {
        places[columns.origin] = newest.count
        newest.append((sample.last, columns))
        continue
      }
      if newest[place].last < sample.last { newest[place] = (sample.last, columns) }
    }
    // Trials of one search end at the same time.
    var digests: [Timestamp: String] = [:]
    func known(at time: Timestamp) -> String {
      if let found = digests[time] { return found }
      let found = digest(time)
      digests[time] = found
      return found
    }
    let earlier = newest.first { known(at: $0.last) == $0.columns.digest }
    let own = known(at: end)
    return TrialColumns(origin: earlier?.columns.origin ?? own, digest: own)
  }
}
