#if PLANTED_DEFECTS
  import Market
  import Models
  import Signals

  extension NodeState {
    /// The signals of one message with smoothed probabilities in place of filtered ones: every bar
    /// knows those that came after it in the message.
    static func smoothed(_ signals: [NodeSignal], _ schedule: ModelSchedule) -> [NodeSignal] {
      var signals = signals
      for index in signals.indices.dropLast().reversed() {
        guard let serving = schedule.serving(at: signals[index].knownAt),
          serving == schedule.serving(at: signals[index + 1].knownAt),
          let smooth = schedule.entries[serving].model.regime.smoothed(
            signals[index].posterior, predicted: signals[index].nextPosterior,
            later: signals[index + 1].posterior)
        else { continue }
        signals[index].posterior = smooth.posterior
        signals[index].nextPosterior = smooth.next
      }
      return signals
    }
  }
#endif
