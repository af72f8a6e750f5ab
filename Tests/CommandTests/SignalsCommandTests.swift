import Foundation
import Testing

extension TrainedPortfolioTests {
  @Suite struct SignalsCommandTests {
    private let place: Workplace

    init() throws { place = try TrainedPortfolio.copy() }

    private static let nodeHeader =
      "known_at,symbol,timeframe,forecast,mu,gate_weight,variance,label,confidence,entropy"
      + ",posterior_0,next_0,posterior_1,next_1,posterior_2,next_2,forecast_spread"

    private static let symbolHeader =
      "known_at,symbol,net_alpha,conviction,alignment,regime_size,regime_label"
      + ",alpha_1h,conviction_1h,alpha_4h,conviction_4h"

    private func table(_ name: String) throws -> (header: String, rows: [[String]]) {
      let lines = try place.read(name).split(separator: "\n")
      return (
        String(try #require(lines.first)),
        lines.dropFirst().map {
          $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
      )
    }

    private let clock: DateFormatter = {
      let clock = DateFormatter()
      clock.locale = Locale(identifier: "en_US_POSIX")
      clock.timeZone = TimeZone(identifier: "UTC")
      clock.dateFormat = "yyyy-MM-dd'T'HH:mm'Z'"
      return clock
    }()

    @Test func `every node's signals are in order of the close they were known at`() throws {
      let run = try place.good("signals", "pair.yaml", "--csv", "out/pair.csv")
      #expect(run.output.contains("out/pair-nodes.csv"), "\(run.testDescription)")
      let (header, rows) = try table("out/pair-nodes.csv")
      #expect(header == Self.nodeHeader)
      var last: [String: Date] = [:]
      var count: [String: Int] = [:]
      for row in rows {
        try #require(row.count == 17, "\(row)")
        let node = "\(row[1]) \(row[2])"
        let known = try #require(clock.date(from: row[0]), "\(row[0])")
        if let before = last[node] { #expect(before < known, "\(node) \(row[0])") }
        last[node] = known
        count[node, default: 0] += 1
        let step = row[2] == "1h" ? 3600.0 : 4 * 3600
        #expect(known.timeIntervalSince1970.truncatingRemainder(dividingBy: step) == 0)
        // A missing forecast is an empty field, never a number made up.
        if !row[3].isEmpty { #expect(Double(row[3])?.isFinite == true, "\(row)") }
        let numbers = row[4...].compactMap { Double($0) }
        try #require(numbers.count == 12 && numbers.allSatisfy(\.isFinite), "\(row)")
        #expect((0...1).contains(numbers[1]) && numbers[2] > 0)
        if row[3].isEmpty || numbers[1] == 0 { #expect(numbers[0] == 0, "\(row)") }
        #expect([0, 1, 2].contains(numbers[3]))
        #expect(abs(numbers[6] + numbers[8] + numbers[10] - 1) < 1e-9)
        #expect(abs(numbers[7] + numbers[9] + numbers[11] - 1) < 1e-9)
      }
      #expect(Set(count.keys) == ["BTC 1h", "BTC 4h", "ETH 1h", "ETH 4h"])
      #expect(count.values.allSatisfy { $0 > 500 }, "\(count)")
      #expect(last.values.allSatisfy { $0 <= clock.date(from: TrainedPortfolio.end)! })
    }

    @Test func `rows are as wide as the header where models have different numbers of states`()
      throws
    {
      let settings = [
        "regime.states=1..4", "regime.observations=[log_return]", "forecast.scope=node",
        "forecast.seeds=2", "forecast.epochs=1", "split.inner_folds=0", "forecast.gate=off",
      ].flatMap { ["--set", $0] }
      try place.good(["train", "pair.yaml"] + settings)
      try place.good(["signals", "pair.yaml", "--csv", "auto"] + settings)
      let (header, rows) = try table("auto-nodes.csv")
      let names = header.split(separator: ",")
      var counts: Set<Int> = []
      for row in rows {
        try #require(row.count == names.count, "\(row)")
        let posterior = (0..<(names.count - 11) / 2).compactMap { Double(row[10 + 2 * $0]) }
        counts.insert(posterior.count)
        #expect(abs(posterior.reduce(0, +) - 1) < 1e-9)
        #expect(row[3].isEmpty == row[names.count - 1].isEmpty, "\(row)")
        if let spread = Double(row[names.count - 1]) { #expect(spread >= 0) }
      }
      #expect(counts.max() == (names.count - 11) / 2)
    }

    @Test func `the parts of a symbol's signal sum to it`() throws {
      try place.good("signals", "pair.yaml", "--csv", "pair")
      let (header, rows) = try table("pair-symbols.csv")
      #expect(header == Self.symbolHeader)
      #expect(rows.count > 4000)
      for row in rows {
        try #require(row.count == 11 && clock.date(from: row[0]) != nil, "\(row)")
        let (alpha, conviction) = (try #require(Double(row[2])), try #require(Double(row[3])))
        let parts = row[7...].compactMap { Double($0) }
        try #require(parts.count == 4)
        #expect(abs(parts[0] + parts[2] - alpha) < 1e-12, "\(row)")
        #expect(abs(parts[1] + parts[3] - conviction) < 1e-12, "\(row)")
        #expect((-1...1).contains(conviction))
      }
    }

    @Test func `a comma in a symbol's name shifts no column`() throws {
      try place.good("ingest", "BTC-1h.csv", "--symbol", "A,B")
      try place.write(
        """
        symbols: ["A,B", ETH]
        timeframes: {1h: 1}
        market: crypto
        split: {folds: 2, inner_folds: 0}
        forecast: {hidden: 4, epochs: 1, seeds: 1, gate: off}
        regime: {restarts: 1}

        """, to: "comma.yaml")
      try place.good("train", "comma.yaml")
      try place.good("signals", "comma.yaml", "--csv", "comma")
      let report = try place.good("signals", "comma.yaml", "--json").object()
      for (table, next) in [("nodes", "1h,"), ("symbols", "")] {
        let lines = try place.read("comma-\(table).csv").split(separator: "\n").dropFirst()
        let own = lines.count { $0.contains("Z,\"A,B\",\(next)") }
        #expect(own > 500 && lines.count { $0.contains("Z,ETH,\(next)") } == lines.count - own)
        let rows = try #require(report[table] as? [[String: Any]])
        let named = rows.filter { $0["symbol"] as? String == "A,B" }
        #expect(rows.count == lines.count && named.count == own)
        for row in named {
          if table == "nodes" {
            #expect(row["timeframe"] as? String == "1h" && row["variance"] as? Double != nil)
          } else {
            #expect(row["alignment"] as? String != nil && row["net_alpha"] as? Double != nil)
          }
        }
      }
    }

    @Test func `without a file both tables go to stdout, a blank line between them`() throws {
      let run = try place.good("signals", "pair.yaml", "--workers", "1")
      try place.good("signals", "pair.yaml", "--csv", "pair.csv", "--workers", "3")
      #expect(
        run.output == (try place.read("pair-nodes.csv")) + "\n"
          + (try place.read("pair-symbols.csv")))
    }
  }
}
