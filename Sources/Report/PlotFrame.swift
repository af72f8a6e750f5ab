import Foundation
import Market

/// The frame of a chart: a plot that stretches with the page and axis labels that do not.
///
/// A drawing of fixed proportions has labels of 4 pixels on a phone. So the curves live in an SVG
/// of 1000 by 1000 units that is stretched to the plot's box (strokes keep their width), and the
/// labels are text of the page, placed in percent.
struct PlotFrame {
  /// How values become heights.
  enum Scale {
    case linear
    case logarithmic
  }

  let start: Timestamp
  let end: Timestamp
  let low: Double
  let high: Double
  let scale: Scale

  /// The side of the drawing, in its own units.
  static let side = 1000.0

  init(start: Timestamp, end: Timestamp, low: Double, high: Double, scale: Scale = .linear) {
    precondition(low.isFinite && high.isFinite && high > low, "a plot has a height")
    precondition(scale == .linear || low > 0, "a logarithmic plot is above 0")
    self.start = start
    self.end = end > start ? end : start + 1
    self.low = low
    self.high = high
    self.scale = scale
  }

  /// Returns the horizontal position of an instant, 0 (start) to 1000 (end), kept inside.
  func x(_ time: Timestamp) -> Double {
    let share = Double(time - start) / Double(end - start)
    return min(1, max(0, share)) * PlotFrame.side
  }

  /// Returns the vertical position of a value, 0 (top) to 1000 (bottom), kept inside.
  func y(_ value: Double) -> Double {
    let share: Double
    switch scale {
    case .linear: share = (value - low) / (high - low)
    case .logarithmic: share = log(max(value, low) / low) / log(high / low)
    }
    return (1 - min(1, max(0, share))) * PlotFrame.side
  }

  /// Returns the path of a line through points; a value that is not finite interrupts it.
  func line(_ times: [Timestamp], _ values: [Double]) -> String {
    var path = ""
    var isDown = false
    for (time, value) in zip(times, values) {
      guard value.isFinite else {
        isDown = false
        continue
      }
      path += isDown ? "L" : "M"
      path += PlotFrame.coordinate(x(time)) + " " + PlotFrame.coordinate(y(value))
      isDown = true
    }
    return path
  }

  /// Returns the outline of the area between two lines over the same times.
  func area(_ times: [Timestamp], from lower: [Double], to upper: [Double]) -> String {
    guard !times.isEmpty else { return "" }
    var path = line(times, upper)
    for index in times.indices.reversed() {
      path += "L" + PlotFrame.coordinate(x(times[index])) + " "
      path += PlotFrame.coordinate(y(lower[index]))
    }
    return path + "Z"
  }

  /// Writes a coordinate with one decimal at most.
  static func coordinate(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let (whole, rest) = tenths.quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? String(whole) : "\(tenths < 0 && whole == 0 ? "-" : "")\(whole).\(abs(rest))"
  }

  /// Writes a position of 0...1000 as percent of the box.
  static func percent(_ position: Double) -> String { coordinate(position / 10) + "%" }
}

extension PlotFrame {
  /// Returns the chart's box: labels at the left, the drawing, labels of time beneath.
  ///
  /// - Parameters:
  ///   - ticks: Labels of the vertical axis, in its own values.
  ///   - drawing: What stands inside the SVG, in units of 0...1000.
  ///   - description: What a reader who cannot see the drawing is told.
  ///   - kind: Class of the plot, which sets its height.
  func box(ticks: [AxisTick], drawing: Markup, description: String, kind: String) -> Markup {
    let inside = ticks.filter { $0.value >= low - 1e-12 && $0.value <= high * (1 + 1e-12) + 1e-12 }
    let lines = inside.map { tick in
      let at = Markup(trusted: PlotFrame.coordinate(y(tick.value)))
      let name: Markup = tick.value == 0 && low < 0 ? "zero" : "grid"
      return "<line class=\"\(name)\" x1=\"0\" x2=\"1000\" y1=\"\(at)\" y2=\"\(at)\"/>" as Markup
    }
    let labels = inside.map { tick in
      let top = Markup(trusted: PlotFrame.percent(y(tick.value)))
      return "<span style=\"top:\(top)\">\(tick.text)</span>" as Markup
    }
    let from = Markup(trusted: String(start.milliseconds))
    let to = Markup(trusted: String(end.milliseconds))
    return """
      <div class="frame \(kind)"><div class="ylabels" aria-hidden="true">\(labels.joined())</div>\
      <div class="plot" data-from="\(from)" data-to="\(to)"><svg viewBox="0 0 1000 1000" \
      preserveAspectRatio="none" role="img" aria-label="\(description)">\(lines.joined())\
      \(drawing)</svg><div class="cross" hidden></div></div></div>

      """
  }

  /// Returns the labels of the time axis, for beneath the last box of a column of charts.
  func timeLabels() -> Markup {
    let labels = AxisTicks.time(from: start, to: end, count: 13, few: 4).map { tick in
      let position = x(Timestamp(milliseconds: Int64(tick.value)))
      let edge: Markup = position < 40 ? " first" : position > 960 ? " last" : ""
      let rank: Markup = tick.isMajor ? "" : " minor"
      let left = Markup(trusted: PlotFrame.percent(position))
      return "<span class=\"t\(edge)\(rank)\" style=\"left:\(left)\">\(tick.text)</span>" as Markup
    }
    return "<div class=\"xlabels\" aria-hidden=\"true\">\(labels.joined())</div>\n"
  }
}
