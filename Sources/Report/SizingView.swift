import Market
import Research
import Signals

extension AllocationReport.Row {
  /// The view whose regime is shown beside the symbol: that of `1d`, else of the slowest timeframe,
  /// which is the one that sizes by default. Nil without a fresh regime.
  var sizingView: AllocationReport.View? {
    let known = views.filter { $0.signal != nil && $0.regimeName != nil }
    return known.first { $0.timeframe == .d1 } ?? known.max { $0.timeframe < $1.timeframe }
  }

  /// The probability of the label's state, with the label's name: nil without a fresh regime.
  var regime: (name: String, label: Int, states: Int, probability: Double?)? {
    guard let view = sizingView, let name = view.regimeName, let signal = view.signal else {
      return nil
    }
    let probability =
      signal.posterior.indices.contains(signal.label) ? signal.posterior[signal.label] : nil
    return (name, signal.label, signal.posterior.count, probability)
  }
}
