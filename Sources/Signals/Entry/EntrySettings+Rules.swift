extension EntrySettings {
  /// The rules that are on, in the order in which they are asked of a signal that has a side.
  public var rules: [any EntryRule] {
    var rules: [any EntryRule] = []
    if confirm > 0 { rules.append(ConfirmationRule(share: confirm)) }
    if volumeRatio > 0 { rules.append(VolumeRule(ratio: volumeRatio)) }
    if !timeframeRegimes.isEmpty { rules.append(TimeframeRegimesRule(sides: timeframeRegimes)) }
    if let averages { rules.append(AverageTrendRule(averages: averages)) }
    if !extremes.isOff { rules.append(ReversionRule(extremes: extremes)) }
    return rules + own.rules
  }

  /// What the rules read of the primary's bars, each once.
  public var readings: [Reading] { rules.flatMap(\.readings).withoutRepetition }
}
