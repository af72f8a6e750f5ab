import Allocation
import Engine
import Market
import SignalGraph

/// The drawdown throttle written a second time: at every close it looks through the whole window.
enum PlainThrottle {
  /// Compares the factor of every decision with one computed from the equity of all closes before it.
  static func check(
    _ run: EngineRun, _ decisions: [PortfolioDecision], _ settings: ThrottleSettings,
    _ proof: inout Proof
  ) {
    let factors = factors(run.knownAt, run.equity, settings)
    for decision in decisions {
      guard let throttle = decision.allocation?.throttle else { continue }
      let factor = factors[decision.now] ?? 1
      proof.expect(
        abs(throttle - factor) <= 1e-12,
        "\(decision.now): the throttle is \(throttle), by the equity of all closes \(factor)")
    }
  }

  private static func factors(
    _ times: [Timestamp], _ equity: [Double], _ settings: ThrottleSettings
  ) -> [Timestamp: Double] {
    guard let halt = settings.halt else { return [:] }
    let reduce = settings.reduce ?? halt
    var factors: [Timestamp: Double] = [:]
    var (first, haltedAt) = (0, Timestamp?.none)
    for (index, now) in times.enumerated() {
      while now - times[first] > settings.window { first += 1 }
      let high = equity[first...index].max() ?? 0
      let drawdown = equity[index] > 0 ? 1 - equity[index] / high : 1
      let mustStay = haltedAt.map { now - $0 < settings.resumeAfter ?? 0 } ?? false
      if drawdown >= halt || mustStay {
        haltedAt = haltedAt ?? now
        factors[now] = settings.floor
      } else {
        haltedAt = nil
        let way = max(0, drawdown - reduce) / max(halt - reduce, .leastNormalMagnitude)
        factors[now] = 1 - (1 - settings.floor) * way
      }
    }
    return factors
  }
}
