import Allocation

extension AllocationLine {
  /// Why the symbol is traded to its target: the exit rule that closes it, or what last changed its weight.
  ///
  /// An exit is called the same at a decision and between two, and so is what a market has left of it.
  var orderReason: String {
    if abs(target) < abs(held) {
      for reason in reasons {
        switch reason {
        case .exit(let rule), .stopped(let rule): return "exit: \(rule)"
        default: continue
        }
      }
    }
    return reasons.last?.description ?? "target"
  }
}
