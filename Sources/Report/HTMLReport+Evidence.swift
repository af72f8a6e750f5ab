import Market
import Research
import Signals

/// What the models knew: regimes, skill of the forecasts, gates.
extension HTMLReport {
  static func regimes(_ report: BacktestReport) -> HTMLPage.Section {
    let columns: [HTMLTable.Column] = [
      .init(title: "", isText: true), .init(title: "Regime", isText: true),
      .init(title: "Days"), .init(title: "Share"), .init(title: "Mean/yr"),
      .init(title: "Std. error"), .init(title: "t"), .init(title: "Volatility/yr"),
      .init(title: "Mean weight"),
    ]
    func table(_ rows: [BacktestReport.RegimeRow]) -> Markup {
      HTMLTable(columns: columns, rows: regimeCells(rows, names: report.regimeNames)).markup
    }
    let all = report.regimeRows.filter { $0.symbol == nil }
    let each = report.regimeRows.filter { $0.symbol != nil }
    let count = Set(each.map(\.symbol)).count
    let body: Markup =
      count <= 8
      ? table(report.regimeRows)
      : table(all) + "<details><summary>\(count) symbols</summary>\(table(each))</details>\n"
    return HTMLPage.Section(
      id: "regimes", title: "By regime",
      note: """
        States are \(RegimeWording.order(report.regimeNames)). A mean return within two standard errors of 0 \
        (|t| below 2) says nothing about the regime's direction; most are. \
        \(RegimeWording.rows(report, format, hasSymbols: count > 0))
        """,
      body: report.regimeRows.isEmpty ? "<p>No regime was recorded.</p>\n" : body)
  }

  private static func regimeCells(_ rows: [BacktestReport.RegimeRow], names: [String])
    -> [HTMLTable.Row]
  {
    rows.enumerated().map { index, row in
      let isFirst = index == 0 || rows[index - 1].symbol != row.symbol
      let isLast = index == rows.count - 1 || rows[index + 1].symbol != row.symbol
      var mark: Markup = ""
      if let state = names.firstIndex(of: row.regime) {
        mark = "<i class=\"\(RegimePalette.name(state, of: names.count))\"></i>"
      }
      let t = row.standardError.flatMap { error in
        error > 0 ? row.annualisedReturn.map { $0 / error } : nil
      }
      let error = row.standardError.map { "±" + format.percent($0) } ?? NumberFormat.missing
      let cells: [Markup] = [
        isFirst ? "\(row.symbol?.name ?? "Portfolio")" : "",
        "<span class=\"key\">\(mark)\(row.regime)</span>",
        "\(format.count(row.days))", "\(format.percent(row.share, 0))",
        "\(format.percent(row.annualisedReturn))", "\(error)", "\(format.fixed(t, 1))",
        "\(format.percent(row.annualisedVolatility))", "\(format.percent(row.exposure))",
      ]
      return HTMLTable.Row(
        cells: cells.map { HTMLTable.Cell($0) },
        kind: (row.symbol == nil ? "own" : "") + (isLast ? "" : " more"))
    }
  }

  static func attribution(_ report: BacktestReport) -> HTMLPage.Section {
    let section = { (body: Markup) in
      HTMLPage.Section(
        id: "attribution", title: "Forecasts by symbol and timeframe",
        note: """
          On out-of-sample pairs of forecast and outcome, before the gate. IC: correlation of \
          forecast and outcome, tinted only where it is more than 1.96 standard errors from 0 \
          (about 1 in 20 by chance). |α|: what the node added to the tilt a year, after the gate; \
          0 where it was shut.
          """,
        body: body)
    }
    guard !report.attribution.isEmpty else { return section("<p>There were no forecasts.</p>\n") }
    var frames: [Timeframe] = []
    var symbols: [Symbol] = []
    for row in report.attribution {
      if !frames.contains(row.timeframe) { frames.append(row.timeframe) }
      if !symbols.contains(row.symbol) { symbols.append(row.symbol) }
    }
    frames.sort()
    var columns = [HTMLTable.Column(title: "", isText: true)]
    for _ in frames {
      columns += [
        .init(title: "IC", kind: "edge chip"), .init(title: "Hit rate"), .init(title: "R²"),
        .init(title: "|α|/yr"), .init(title: "Pairs"),
      ]
    }
    let rows = symbols.map { symbol in
      var cells = [HTMLTable.Cell("\(symbol.name)")]
      for frame in frames {
        let row = report.attribution.first { $0.symbol == symbol && $0.timeframe == frame }
        cells += row.map(cellsOfNode) ?? [HTMLTable.Cell](repeating: HTMLTable.Cell(""), count: 5)
      }
      return HTMLTable.Row(cells: cells)
    }
    return section(
      HTMLTable(
        columns: columns, rows: rows,
        groups: [("", 1)] + frames.map { ($0.name, 5) }
      ).markup)
  }

  private static func cellsOfNode(_ row: BacktestReport.AttributionRow) -> [HTMLTable.Cell] {
    let hit: Markup = """
      \(format.percent(row.hitRate))<small>\(format.percentInterval(row.hitInterval))</small>
      """
    return [
      HTMLTable.Cell(
        "\(format.fixed(row.informationCoefficient, 3))",
        heat(row.informationCoefficient, pairs: row.pairs)),
      HTMLTable.Cell(row.hitRate == nil ? "\(NumberFormat.missing)" : hit),
      HTMLTable.Cell("\(format.percent(row.r2, 2))"),
      HTMLTable.Cell("\(format.percent(row.meanAbsoluteAlpha))"),
      HTMLTable.Cell("\(format.count(row.pairs))"),
    ]
  }

  /// Class of a correlation's tint: none where chance explains it, full from .1 on.
  static func heat(_ correlation: Double?, pairs: Int) -> String {
    guard let correlation, abs(correlation) * Double(pairs).squareRoot() > 1.96 else { return "" }
    let strength = min(5, max(1, Int(abs(correlation) / 0.02)))
    return correlation > 0 ? "n\(strength)" : "p\(strength)"
  }

  static func gates(_ report: BacktestReport) -> HTMLPage.Section {
    let chance = GateWording.chance(report.gates, format).map { " " + $0 } ?? ""
    let section = { (body: Markup) in
      HTMLPage.Section(
        id: "gates", title: "Gates",
        note: """
          Whether a timeframe's forecasts count, by fold: t of the out-of-sample record so far, \
          effective pairs, and the bars that t 1.645 would still take if the record went on as it \
          did.\(chance) What is marked as serving are the models that allocate uses: no bar of this \
          run met them.
          """,
        body: body)
    }
    guard !report.gates.isEmpty else { return section("<p>There were no gates.</p>\n") }
    let starts = Set(report.gates.map(\.from)).sorted()
    let serving = Set(report.gates.filter(\.isServing).map(\.from))
    let frames = Set(report.gates.map(\.timeframe)).sorted()
    let columns =
      [HTMLTable.Column(title: "", isText: true)]
      + starts.map { start in
        let role = serving.contains(start) ? ", serving" : ""
        return HTMLTable.Column(title: "from \(start.date)\(role)", isText: true, kind: "chip")
      }
    let rows = frames.map { frame in
      let cells = starts.map { start -> HTMLTable.Cell in
        guard let gate = report.gates.first(where: { $0.timeframe == frame && $0.from == start })
        else { return HTMLTable.Cell("") }
        return cell(of: gate)
      }
      return HTMLTable.Row(cells: [HTMLTable.Cell("\(frame.name)")] + cells)
    }
    return section(HTMLTable(columns: columns, rows: rows).markup)
  }

  private static func cell(of gate: BacktestReport.GateRow) -> HTMLTable.Cell {
    let calibration = gate.calibration
    var first = calibration.verdict.rawValue
    if let t = calibration.t { first += ", t\u{A0}\(format.fixed(t, 1))" }
    var lines: [String] = []
    switch calibration.verdict {
    case .open: lines.append("weight \(format.fixed(calibration.weight, 2))")
    case .shut, .cannotTell:
      if let more = GateWording.more(calibration, format) { lines.append(more) }
    case .off, .noForecast: break
    }
    if calibration.pairs > 0 {
      lines.append("\(format.fixed(calibration.effectivePairs, 0)) effective pairs")
    }
    if let note = gate.note { lines.append(note) }
    let small = lines.map { "<small>\($0)</small>" as Markup }.joined()
    return HTMLTable.Cell("\(first)\(small)", calibration.verdict == .open ? "open" : "shut")
  }
}
