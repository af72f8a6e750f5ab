import Foundation
import Testing

/// Equity curves on which a plain loop, backtrader, vectorbt and NautilusTrader agree to 1e-12.
/// They lie beside the repository and are skipped where they are not there.
private let oracle = Program.repository.deletingLastPathComponent()
  .appendingPathComponent("shared/oracle/engine")

private let hasOracle = FileManager.default.fileExists(atPath: oracle.path)

@Suite(.enabled(if: hasOracle, "the golden curves in ../shared/oracle/engine are not here"))
struct WeightReplayTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    // One database holds both: three symbols hourly, ten daily, under the same names.
    for name in ["tiny3x60", "d10x2500"] {
      try place.good("ingest", oracle.appendingPathComponent("input/\(name)_ohlcv.csv").path)
    }
  }

  private static let cases = [("tiny3x60", "1h", 3), ("d10x2500", "1d", 10)]

  private func replay(
    _ name: String, timeframe: String, symbols: [String], weights: String, _ extra: String...
  ) throws -> ProgramRun {
    try place.write(
      "symbols: [\(symbols.joined(separator: ", "))]\ntimeframes: {\(timeframe): 1}\n"
        + "market: crypto\n", to: "\(name).yaml")
    let run = try place.bare(
      [
        "backtest", "\(name).yaml", "--db", "bars.sqlite", "--weights", weights, "--set",
        "capital.cash=1000000", "--set", "costs.commission=0.001", "--set",
        "costs.slippage=0.0005",
      ] + extra)
    try #require(run.status == 0, "\(run.testDescription)")
    return run
  }

  private func names(_ count: Int) -> [String] { (0..<count).map { "S0\($0)" } }

  @Test(arguments: cases)
  func `replayed weights give the equity that four engines agree on`(
    name: String, timeframe: String, count: Int
  ) throws {
    let weights = oracle.appendingPathComponent("input/\(name)_weights.csv").path
    _ = try replay(
      name, timeframe: timeframe, symbols: names(count), weights: weights, "--equity", "out.csv")
    let expected = try rows(
      String(
        contentsOf: oracle.appendingPathComponent("\(name)__rwf.csv"),
        encoding: .utf8))
    let found = try rows(place.read("out.csv"))
    #expect(found.header == "ts_open,equity" && found.header == expected.header)
    try #require(found.values.count == expected.values.count)
    for (found, expected) in zip(found.values, expected.values) {
      #expect(found.time == expected.time)
      #expect(abs(found.equity / expected.equity - 1) < 1e-9, "at \(found.time)")
    }
    #expect(Set(found.values.map(\.equity)).count > 10)
  }

  @Test(arguments: cases)
  func `permuting the symbols and the columns changes no byte of the run`(
    name: String, timeframe: String, count: Int
  ) throws {
    let weights = oracle.appendingPathComponent("input/\(name)_weights.csv")
    let plain = try replay(
      name, timeframe: timeframe, symbols: names(count), weights: weights.path, "--json",
      "--equity", "plain.csv")
    let lines = try String(contentsOf: weights, encoding: .utf8).split(separator: "\n")
    let permuted = lines.map { line in
      let fields = line.split(separator: ",")
      return ([fields[0]] + fields.dropFirst().reversed()).joined(separator: ",")
    }
    try place.write(permuted.joined(separator: "\n") + "\n", to: "permuted.csv")
    let other = try replay(
      name, timeframe: timeframe, symbols: names(count).reversed(), weights: "permuted.csv",
      "--json", "--equity", "other.csv")
    let hash = try #require(try plain.object()["runHash"] as? String)
    #expect(hash.count == 64)
    #expect(try other.object()["runHash"] as? String == hash)
    #expect(try place.read("plain.csv") == place.read("other.csv"))
  }

  @Test func `costs and capital are in the run hash`() throws {
    let weights = oracle.appendingPathComponent("input/tiny3x60_weights.csv").path
    func hash(_ set: String...) throws -> String {
      let run = try replay(
        "tiny3x60", timeframe: "1h", symbols: names(3), weights: weights, "--json")
      let other = try place.bare(
        run.arguments + set.flatMap { ["--set", $0] })
      return try #require(try other.object()["runHash"] as? String)
    }
    let plain = try hash()
    #expect(try hash() == plain)
    #expect(try hash("costs.commission=0.0011") != plain)
    #expect(try hash("capital.cash=1000001") != plain)
  }

  private func rows(_ text: String) throws -> (
    header: String, values: [(time: Int64, equity: Double)]
  ) {
    let lines = text.split(separator: "\n")
    let values = try lines.dropFirst().map { line in
      let fields = line.split(separator: ",")
      try #require(fields.count == 2)
      return (try #require(Int64(fields[0])), try #require(Double(fields[1])))
    }
    return (String(try #require(lines.first)), values)
  }
}
