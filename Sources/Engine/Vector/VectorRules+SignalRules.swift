extension VectorRules {
  /// The entries, exit rules and sizes of rules on columns, read as the step loop reads them.
  public init(_ table: PriceTable, _ rules: SignalRules) throws(VectorError) {
    var signals = rules.entries
    var entries: [Entry] = []
    for step in table.times.indices {
      for signal in signals.signals(at: table.knownAt(step))
      where table.hasBar(signal.symbol, at: step) {
        entries.append(Entry(step: step, symbol: signal.symbol, isLong: signal.isLong))
      }
    }
    try self.init(
      table, entries: entries, exit: rules.exit, size: rules.size, bases: rules.bases)
  }
}
