/// The words for what the order of the regimes means, the same in every report.
package enum RegimeWording {
  /// `ordered by volatility`, as the states' names tell it; completes "states are ...".
  package static func order(_ names: [String]) -> String {
    switch names.first {
    case "calm": "ordered by volatility"
    case "bear": "ordered by mean return"
    default: "numbered in the order of regime.order"
    }
  }
}
