/// A node's signal behind one reference. A slow timeframe's signal stands for hundreds of the primary's
/// bars, and a run keeps what stood at each of them: eight bytes instead of the signal.
final class KeptSignal: Sendable, Equatable {
  let signal: NodeSignal

  init(_ signal: NodeSignal) {
    self.signal = signal
  }

  static func == (a: KeptSignal, b: KeptSignal) -> Bool { a === b || a.signal == b.signal }
}
