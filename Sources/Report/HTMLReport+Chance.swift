import Research
import Statistics

/// What chance alone would have made of the same run, and of the best of many variants.
extension HTMLReport {
  static func placebo(_ placebo: Placebo) -> HTMLPage.Section {
    let finding = ChanceWording.finding(placebo, format)
    guard placebo.hasOverlay else {
      return HTMLPage.Section(id: "placebo", title: "Placebo", body: "<p>\(finding)</p>\n")
    }
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + ["Run", "Placebos", "p"].map { HTMLTable.Column(title: "\($0)") }
    let rows = PlaceboRow.all(of: placebo, format).map { row in
      HTMLTable.Row(cells: [
        HTMLTable.Cell("\(row.name)"), HTMLTable.Cell("\(row.own)"),
        HTMLTable.Cell("\(row.median)<small>\(row.band)</small>"),
        HTMLTable.Cell("\(row.pValue)<small>\(row.below)</small>"),
      ])
    }
    return HTMLPage.Section(
      id: "placebo", title: "Placebo",
      note: """
        The same path of \(ChanceWording.owners(placebo)) sizes, shifted in time \
        \(format.count(placebo.shifts.count)) times (circularly, all symbols together) and run again \
        in full. Every size comes as often as in the run, so that exposure is nearly the run's (last row) \
        and only the timing is lost. Placebos: their median, 5 % to \
        95 % of them beneath. p: how often a shift does as well; beneath, how many are below the run. \
        Help and harm are beyond chance at 2.5 % each.
        """,
      body: """
        <p class="finding">\(finding)</p>
        <div class="pair">\(histogram(placebo))<div>\
        \(HTMLTable(columns: columns, rows: rows, kind: "fit").markup)</div></div>

        """)
  }

  /// The placebos' Sharpe ratios, with the run's among them.
  private static func histogram(_ placebo: Placebo) -> Markup {
    let values = placebo.shifts.compactMap(\.figures.sharpe)
    guard let standing = placebo.standing(\.sharpe) else { return "" }
    let histogram = Histogram(values, mark: standing.own, bins: 24)
    func line(_ kind: Markup, _ value: Double) -> Markup {
      let x = Markup(trusted: PlotFrame.coordinate(histogram.x(value)))
      return "<line class=\"\(kind)\" x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"1000\"/>"
    }
    let heights = AxisTicks.round(low: 0, high: Double(histogram.tallest), count: 3).filter {
      $0 > 0 && $0 == Double(Int($0))
    }
    let grid = heights.map { count in
      let y = Markup(trusted: PlotFrame.coordinate(histogram.y(count)))
      return "<line class=\"grid\" x1=\"0\" x2=\"1000\" y1=\"\(y)\" y2=\"\(y)\"/>" as Markup
    }
    let counts = heights.map { count in
      let top = Markup(trusted: PlotFrame.percent(histogram.y(count)))
      return "<span style=\"top:\(top)\">\(format.fixed(count, 0))</span>" as Markup
    }
    let ticks = AxisTicks.round(low: histogram.low, high: histogram.high, count: 6)
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : 1
    let decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
    let labels = ticks.map { value in
      let x = histogram.x(value)
      let edge: Markup = x < 40 ? " class=\"first\"" : x > 960 ? " class=\"last\"" : ""
      let left = Markup(trusted: PlotFrame.percent(x))
      return "<span\(edge) style=\"left:\(left)\">\(format.fixed(value, decimals))</span>"
        as Markup
    }
    let bars = Markup(trusted: histogram.outline)
    return """
      <figure class="chart"><figcaption>Sharpe ratios of the placebos and of the run</figcaption>
      <div class="legend"><span class="key"><i class="hist"></i>\
      \(format.count(values.count)) placebos</span><span class="key"><i class="s0"></i>run \
      <b>\(format.fixed(standing.own, 2))</b></span><span class="key">median, dashed \
      <b>\(format.fixed(standing.median, 2))</b></span></div>
      <div class="frame mid"><div class="ylabels" aria-hidden="true">\(counts.joined())</div>\
      <div class="plot"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" \
      aria-label="Histogram of the placebos&#39; Sharpe ratios; the run stands at \
      \(format.fixed(standing.own, 2))">\(grid.joined())<path class="hist" d="\(bars)"/>\
      \(line("median", standing.median))\(line("own", standing.own))</svg></div></div>
      <div class="xlabels" aria-hidden="true">\(labels.joined())</div></figure>

      """
  }

  static func maxTest(_ report: MaxTestReport) -> HTMLPage.Section {
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + ["Difference", "Std. error", "t", "p alone", "p of all"].map {
        HTMLTable.Column(title: "\($0)")
      }
    let rows = zip(report.names, report.test.rows).map { name, row in
      let isProved = row.adjustedPValue.map { $0 <= ChanceWording.level } ?? false
      let kind = isProved ? (row.difference ?? 0) > 0 ? "better" : "lesser" : ""
      return HTMLTable.Row(cells: [
        HTMLTable.Cell("\(name)"),
        HTMLTable.Cell("\(format.fixed(row.difference, 2, signed: true))"),
        HTMLTable.Cell("\(format.fixed(row.standardError, 2))"),
        HTMLTable.Cell("\(format.fixed(row.statistic, 2))"),
        HTMLTable.Cell("\(ChanceWording.value(row.pValue, format))"),
        HTMLTable.Cell("\(ChanceWording.value(row.adjustedPValue, format))", kind),
      ])
    }
    return HTMLPage.Section(
      id: "maxtest", title: "Max test over the variants",
      note: """
        \(ChanceWording.measure(report)) of each variant minus that of \(report.benchmark), a year, over \
        \(format.count(report.steps)) returns. All are resampled together \
        (\(format.count(report.test.draws)) draws); p of all is the chance that the largest t among \
        as many variants without advantage would be as large (step-down).
        """,
      body: """
        <p class="finding">\(ChanceWording.finding(report, format))</p>
        \(HTMLTable(columns: columns, rows: rows, kind: "fit").markup)
        """)
  }
}
