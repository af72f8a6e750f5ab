import Foundation
import Market
import Research

/// A curve reduced to the points that are drawn.
struct DrawnCurve {
  var name: String
  var times: [Timestamp]
  var equity: [Double]
  var drawdown: [Double]

  init(_ curve: RunCurve) {
    let full = DrawdownCurve.values(of: curve.equity)
    let kept = CurveSampling.indices(of: [curve.equity, full], limit: HTMLReport.curvePoints)
    name = curve.name
    times = kept.map { curve.times[$0] }
    equity = kept.map { curve.equity[$0] }
    drawdown = kept.map { full[$0] }
  }
}

extension HTMLReport {
  static func drawn(_ report: BacktestReport) -> [DrawnCurve] {
    ([report.portfolio] + report.baselines).map(DrawnCurve.init)
  }

  /// Class of a curve's colour: the portfolio's is `s0`; baselines beyond the eighth repeat.
  private static func colour(_ index: Int) -> String {
    index == 0 ? "s0" : "s\((index - 1) % 7 + 1)"
  }

  /// Keys that switch a curve off and on and show its value under the pointer.
  private static func legend(_ curves: [DrawnCurve], kind: String, value: (DrawnCurve) -> String)
    -> Markup
  {
    let keys = curves.enumerated().map { index, curve in
      """
      <button type="button" class="key" data-series="\(index)" aria-pressed="true">\
      <i class="\(colour(index))"></i>\(curve.name) \
      <b data-value="\(kind):\(index)">\(value(curve))</b></button>
      """ as Markup
    }
    return "<div class=\"legend\">\(keys.joined())</div>\n"
  }

  private static func paths(
    _ curves: [DrawnCurve], in frame: PlotFrame, values: (DrawnCurve) -> [Double]
  ) -> Markup {
    // The portfolio last, on top of its baselines.
    curves.indices.reversed().map { index in
      let line = Markup(trusted: frame.line(curves[index].times, values(curves[index])))
      return "<path class=\"\(colour(index))\" data-series=\"\(index)\" d=\"\(line)\"/>" as Markup
    }.joined()
  }

  private static func dateKey(_ report: BacktestReport) -> Markup {
    "<b data-value=\"date\">\(report.day(of: report.end))</b>"
  }

  static func equity(_ report: BacktestReport) -> HTMLPage.Section {
    let curves = drawn(report)
    let positive = curves.flatMap(\.equity).filter { $0.isFinite && $0 > 0 }
    var high = positive.max() ?? 1
    // Nine decades at most: a ruined curve must not flatten the others.
    var low = max(positive.min() ?? 1, high * 1e-9)
    // A tenth of a percent of height even where nothing moved, and some air above and below.
    let air = max(pow(high / low, 0.04), 1.0005)
    low /= air
    high *= air
    let frame = PlotFrame(
      start: report.start, end: report.end, low: low, high: high, scale: .logarithmic)
    let ticks = AxisTicks.logarithmic(low: low, high: high).map {
      AxisTick(value: $0, text: format.short($0))
    }
    let hasFallen = curves.contains { $0.equity.contains { $0 <= 0 } }
    let ruin: Markup =
      hasFallen ? " A curve that reaches 0 leaves the logarithmic scale at the bottom." : ""
    let box = frame.box(
      ticks: ticks, drawing: paths(curves, in: frame) { $0.equity },
      description: "Equity of the portfolio and its baselines", kind: "tall")
    let body: Markup = """
      <figure class="chart"><figcaption>\(dateKey(report)) &middot; equity in \
      \(report.currency), logarithmic</figcaption>
      \(legend(curves, kind: "equity") { format.fixed($0.equity.last, 0) })\(box)\
      \(frame.timeLabels())\(ribbon(report, frame))</figure>

      """
    return HTMLPage.Section(
      id: "equity", title: "Equity and regimes",
      note: """
        Curves through the lowest and highest point of each stretch, so no extreme is lost. \
        Beneath: filtered regimes of \(report.regimeTimeframe.name), as they were known at the \
        time.\(ruin)
        """,
      body: body)
  }

  /// The share of symbols in each regime and a row a symbol.
  private static func ribbon(_ report: BacktestReport, _ frame: PlotFrame) -> Markup {
    let states = report.regimeNames.count
    guard states > 0, !report.regimeSpans.isEmpty else { return "" }
    let keys = report.regimeNames.enumerated().map { state, name in
      "<span class=\"key\"><i class=\"\(RegimePalette.name(state, of: states))\"></i>\(name)</span>"
        as Markup
    }
    func row(_ name: String, _ drawing: Markup, _ kind: String) -> Markup {
      """
      <div class="frame \(kind)"><div class="ylabels"><span title="\(name)">\(name)</span></div>\
      <div class="plot" data-from="\(Markup(trusted: String(frame.start.milliseconds)))" \
      data-to="\(Markup(trusted: String(frame.end.milliseconds)))">\
      <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" \
      aria-label="Regimes of \(name)">\(drawing)</svg><div class="cross" hidden></div></div></div>

      """
    }
    let labels = report.regimeSpans.map {
      RegimeRibbon.labels(
        of: $0.spans, from: frame.start, to: frame.end, columns: RegimeRibbon.columns)
    }
    let rows = report.regimeSpans.map { entry in
      let runs = RegimeRibbon.runs(of: entry.spans, from: frame.start, to: frame.end)
      return row(entry.symbol.name, RegimeRibbon.drawing(runs, states: states), "row")
    }.joined()
    let all =
      report.regimeSpans.count > 1
      ? row("all", RegimeRibbon.shares(labels, states: states), "band") : "" as Markup
    let each: Markup =
      rows.text.isEmpty || report.regimeSpans.count <= 12
      ? rows
      : "<details><summary>\(report.regimeSpans.count) symbols</summary>\(rows)</details>\n"
    return "<div class=\"legend\">\(keys.joined())</div>\(all)\(each)"
  }

  static func drawdown(_ report: BacktestReport) -> HTMLPage.Section {
    let curves = drawn(report)
    let deepest = curves.flatMap(\.drawdown).filter(\.isFinite).min() ?? 0
    let frame = PlotFrame(
      start: report.start, end: report.end, low: min(deepest * 1.04, -0.001), high: 0)
    let values = AxisTicks.round(low: frame.low, high: 0, count: 4)
    let decimals = -frame.low < 0.04 ? 1 : 0
    let ticks = values.map { AxisTick(value: $0, text: format.percent($0, decimals)) }
    let own = curves[0]
    let zero = [Double](repeating: 0, count: own.times.count)
    let area = Markup(trusted: frame.area(own.times, from: own.drawdown, to: zero))
    let shade: Markup = "<path class=\"shade\" data-series=\"0\" d=\"\(area)\"/>"
    let box = frame.box(
      ticks: ticks, drawing: shade + paths(curves, in: frame) { $0.drawdown },
      description: "Drawdown of the portfolio and its baselines", kind: "mid")
    return HTMLPage.Section(
      id: "drawdown", title: "Drawdown",
      note: """
        Distance from the highest equity so far, at every point of the curve; the table above \
        takes one step a \(report.stepName).
        """,
      body: """
        <figure class="chart"><figcaption><b data-value="date">Deepest</b></figcaption>
        \(legend(curves, kind: "drawdown") { format.percent($0.drawdown.min()) })\(box)\
        \(frame.timeLabels())</figure>

        """)
  }

  static func weights(_ report: BacktestReport) -> HTMLPage.Section {
    let section = { (note: Markup, body: Markup) in
      HTMLPage.Section(id: "weights", title: "Allocation over time", note: note, body: body)
    }
    guard !report.weights.isEmpty else { return section("No day was recorded.", "") }
    let chart = WeightChart(
      symbols: report.symbols, rows: report.weights, limit: WeightChart.rowLimit)
    let (low, high) = chart.range
    let frame = PlotFrame(start: report.start, end: report.end, low: low, high: high)
    let ticks = AxisTicks.round(low: low, high: high, count: 4).map {
      AxisTick(value: $0, text: format.percent($0, 0))
    }
    let last = report.weights[report.weights.count - 1].weights
    var keys = chart.bands.enumerated().map { index, band in
      let columns = band.columns.map(String.init).joined(separator: ",")
      let weight = band.columns.reduce(0) { $0 + last[$1] }
      return """
        <span class="key"><i class="w\(index)"></i>\(band.name) \
        <b data-value="weight:\(columns)">\(format.percent(weight))</b></span>
        """ as Markup
    }
    if low == 0 { keys.append("<span class=\"key\"><i class=\"cash\"></i>cash</span>") }
    let box = frame.box(
      ticks: ticks, drawing: chart.drawing(in: frame), description: "Weights held, stacked",
      kind: "stack")
    return section(
      "Weights held at the close of each day, stacked; what they leave is cash.",
      """
      <figure class="chart"><figcaption>\(dateKey(report))</figcaption>
      <div class="legend">\(keys.joined())</div>
      \(box)\(frame.timeLabels())</figure>

      """)
  }
}
