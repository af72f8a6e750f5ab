import Research

/// How many orders of a run were filled, in words.
enum FillWording {
  /// `1087 fills; 3 orders of the last close are not filled`.
  static func count(_ report: BacktestReport, _ format: NumberFormat) -> String {
    let fills = report.fills.count
    let text = fills == 1 ? "1 fill" : "\(format.count(fills)) fills"
    switch report.openOrders {
    case 0: return text
    case 1: return text + "; 1 order of the last close is not filled"
    default:
      return text + "; \(format.count(report.openOrders)) orders of the last close are not filled"
    }
  }
}
