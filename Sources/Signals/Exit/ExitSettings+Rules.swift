extension ExitSettings {
  /// The rules that are on, in the order in which they are asked.
  public var rules: [any ExitRule] {
    var rules: [any ExitRule] = []
    if let gain = self[.target] { rules.append(TargetRule(gain: gain)) }
    if !atrTargets.isEmpty { rules.append(ATRTargetsRule(targets: atrTargets)) }
    if let loss = self[.stop] { rules.append(StopRule(loss: loss)) }
    if let fall = self[.trailing] {
      rules.append(TrailingStopRule(fall: fall, after: self[.trailingAfter]))
    }
    if let ranges = self[.atrStop] { rules.append(ATRStopRule(ranges: ranges)) }
    if let deviations = self[.sigmaStop] { rules.append(SigmaStopRule(deviations: deviations)) }
    if self[.atrTrailing] != nil || self[.breakeven] != nil {
      rules.append(
        ATRTrailingRule(
          ranges: self[.atrTrailing], breakeven: self[.breakeven], offset: breakevenOffset))
    }
    if let limit = maxBars { rules.append(TimeRule(limit: limit)) }
    if let confidence = self[.regimeChange] {
      rules.append(RegimeChangeRule(confidence: confidence, confirm: confirm))
    }
    if reversal != nil { rules.append(ReversalRule()) }
    if let confidence = self[.lowConfidence] {
      rules.append(LowConfidenceRule(confidence: confidence))
    }
    if let averages { rules.append(AverageCrossRule(averages: averages)) }
    return rules + extremeRules + breakRules + own.rules
  }

  private var extremeRules: [any ExitRule] {
    if extremes.rsi != nil, extremes.bollinger != nil, extremes.need == .all {
      return [ExtremeRule(extremes: extremes, look: .both)]
    }
    var rules: [any ExitRule] = []
    if extremes.rsi != nil { rules.append(ExtremeRule(extremes: extremes, look: .rsi)) }
    if extremes.bollinger != nil {
      rules.append(ExtremeRule(extremes: extremes, look: .bollinger))
    }
    return rules
  }

  private var breakRules: [any ExitRule] {
    var rules: [any ExitRule] = []
    if let distance = breaks.breakdown {
      rules.append(BreakdownRule(breaks: breaks, distance: distance, atrPeriod: atrPeriod))
    }
    if let distance = breaks.macdBreakdown {
      rules.append(MACDBreakdownRule(breaks: breaks, distance: distance))
    }
    if let distance = breaks.rejection {
      rules.append(
        RejectionRule(breaks: breaks, distance: distance, rsiPeriod: extremes.rsiPeriod))
    }
    return rules
  }

  /// What the rules read of the primary's bars, each once.
  public var readings: [Reading] { rules.flatMap(\.readings).withoutRepetition }
}
