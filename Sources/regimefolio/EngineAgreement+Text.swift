import Engine
import Foundation
import Report

extension EngineAgreement {
  /// What the second engine says of a run, for the terminal.
  var sentence: String {
    switch self {
    case .sameCurve(within: 0): "a second engine came to the same curve, to the last bit"
    case .sameCurve(let largest):
      "a second engine came to the same curve; the largest relative difference is "
        + String(format: "%.1e", largest)
    case .notChecked(let setting):
      "no second engine has checked this: '\(setting)' is for the step loop alone"
    }
  }

  /// `largestDifference` is null where nothing was compared; `keptBy` is the setting that kept it so.
  var json: JSONValue {
    var difference: Double?
    var setting: String?
    switch self {
    case .sameCurve(let largest): difference = largest
    case .notChecked(let name): setting = name
    }
    return .object([
      "largestDifference": .number(difference), "keptBy": .string(setting),
      "note": .string(sentence),
    ])
  }
}
