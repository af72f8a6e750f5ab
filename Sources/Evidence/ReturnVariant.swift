import Indicators
import Models
import Research

/// A way to forecast the next return that is set against others: what differs from the default.
struct ReturnVariant: Sendable {
  var name: String
  /// Whether the ridges of the default are judged alone.
  var isRidgeAlone = false
  var adjust: @Sendable (inout Portfolio) -> Void

  static let product = ReturnVariant(name: "default (pooled LSTM and a ridge a node)") { _ in }
  static let pooled = ReturnVariant(name: "pooled LSTM") { $0.forecast.ridge = false }
  static let ridge = ReturnVariant(name: "ridge a node", isRidgeAlone: true) { _ in }
  static let node = ReturnVariant(name: "LSTM a node") {
    pooled.adjust(&$0)
    $0.forecast.scope = .node
  }
  /// A net a node as one would build it without the study: larger, hardly regularised, no clipping.
  static let base = ReturnVariant(name: "LSTM a node, 32 units, dropout .1, clip 8") {
    node.adjust(&$0)
    $0.forecast.hidden = 32
    $0.forecast.dropout = 0.1
    $0.forecast.targetClip = 8
  }
  static let original = ReturnVariant(name: "pooled LSTM, original features") {
    pooled.adjust(&$0)
    $0.features = .original
  }
  static let unclipped = ReturnVariant(name: "pooled LSTM, clip 8") {
    pooled.adjust(&$0)
    $0.forecast.targetClip = 8
  }
  static let large = ReturnVariant(name: "pooled LSTM, 32 units") {
    pooled.adjust(&$0)
    $0.forecast.hidden = 32
  }
  static let deep = ReturnVariant(name: "pooled LSTM, 2 layers") {
    pooled.adjust(&$0)
    $0.forecast.layers = 2
  }
  static let single = ReturnVariant(name: "pooled LSTM, 1 seed") {
    pooled.adjust(&$0)
    $0.forecast.seeds = 1
  }
  static let windowed = ReturnVariant(name: "pooled LSTM, windows of 20") {
    single.adjust(&$0)
    $0.forecast.mode = .windowed
    $0.forecast.window = 20
    $0.forecast.batch = 256
  }
  /// One state: its probability is 1 always.
  static let withoutRegime = ReturnVariant(name: "pooled LSTM without regimes") {
    pooled.adjust(&$0)
    $0.regime.states = .fixed(1)
  }

  /// Those of the table of skill.
  static let listed = [product, pooled, ridge, node, base, original]

  /// Pairs of which the first is the default's choice: what is chosen, one way, the other.
  static let choices: [(choice: String, own: ReturnVariant, other: ReturnVariant)] = [
    ("stationary or original features, pooled", pooled, original),
    ("pooled or a net a node", pooled, node),
    ("target clipped at 2 or 8 sigmas, pooled", pooled, unclipped),
    ("16 or 32 units, pooled", pooled, large),
    ("1 or 2 layers, pooled", pooled, deep),
    ("all steps or windows of 20, pooled, 1 seed", single, windowed),
    ("regime in the head or none, pooled", pooled, withoutRegime),
    ("3 (1d and slower 5) seeds or 1, pooled", pooled, single),
    ("with the ridge or without", product, pooled),
  ]
}
