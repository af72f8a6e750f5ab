extension AllocationDraft {
  /// Scales what exit rules have partly closed.
  mutating func applyPartialExits() {
    for index in lines.indices {
      guard let part = input.assets[index].partlyClosed, lines[index].tilted != 0 else { continue }
      lines[index].tilted *= part.kept
      lines[index].isPartlyClosedNow = part.isNow
      lines[index].reasons.append(.partlyClosed(rule: part.rule, kept: part.kept))
    }
  }
}
