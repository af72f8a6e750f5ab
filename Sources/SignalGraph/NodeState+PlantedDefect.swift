#if PLANTED_DEFECTS
  import Market
  import Models
  import Signals

  extension NodeState {
    /// The signals of one message with smoothed probabilities in place of filtered ones, by Kim's
    /// backward pass: every bar knows those that came after it in the message.
    static func smoothed(_ signals: [NodeSignal], _ schedule: ModelSchedule) -> [NodeSignal] {
      var signals = signals
      for index in signals.indices.dropLast().reversed() {
        guard let serving = schedule.serving(at: signals[index].knownAt),
          serving == schedule.serving(at: signals[index + 1].knownAt)
        else { continue }
        let transition = schedule.entries[serving].model.regime.hmm.transition
        let (now, next) = (signals[index], signals[index + 1])
        var total = 0.0
        var smooth = now.posterior
        for i in smooth.indices {
          var sum = 0.0
          for j in smooth.indices where now.nextPosterior[j] > 0 {
            sum += transition[i, j] * next.posterior[j] / now.nextPosterior[j]
          }
          smooth[i] *= sum
          total += smooth[i]
        }
        guard total > 0 else { continue }
        for i in smooth.indices { smooth[i] /= total }
        signals[index].posterior = smooth
        for j in smooth.indices {
          var sum = 0.0
          for i in smooth.indices { sum += smooth[i] * transition[i, j] }
          signals[index].nextPosterior[j] = sum
        }
      }
      return signals
    }
  }
#endif
