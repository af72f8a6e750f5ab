import Foundation
import Testing

/// D1, D5 and D8 of the original: it failed at the start of every stage, in the constructor of every
/// variant, and without a stage that was called optional.
@Suite struct ShippedRunTests {
  @Test func `D1, D5, D8: every portfolio that ships runs from an empty folder, by train alone`()
    throws
  {
    let place = try Workplace()
    for symbol in ["BTC", "EOS", "ETH", "LTC", "XRP"] {
      let rows = try TrainedPortfolio.sampleRows(symbol).map { $0.joined(separator: ",") }
      try place.write(
        "time,open,close,high,low,volume\n" + rows.joined(separator: "\n") + "\n",
        to: "\(symbol)-1h.csv")
      try place.good("ingest", "\(symbol)-1h.csv")
    }
    // The sample has no bars as fine as one of the files needs.
    try place.good(
      "simulate", "--out", "fine", "--symbols", "1", "--timeframe", "15m", "--bars", "9600",
      "--start", "2018-01-17T00:00Z")
    try place.good("ingest", "fine/SIM001-15m.csv", "--symbol", "BTC")

    let folder = Program.repository.appendingPathComponent("portfolios")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(files.count >= 7)
    let small = [
      "split.folds=1", "split.inner_folds=1", "regime.restarts=1", "forecast.epochs=1",
      "forecast.seeds=1", "forecast.hidden=4", "variance.epochs=1",
      // Forecasts of such networks are small: with this every file trades.
      "entry.threshold=0.000001",
    ].flatMap { ["--set", $0] }
    for file in files {
      let path = folder.appendingPathComponent(file).path
      try place.good(["train", path] + small)
      for command in ["backtest", "allocate"] {
        let report = try place.good([command, path, "--json"] + small).object()
        #expect((report["runHash"] as? String)?.count == 64, "\(command) \(file)")
        if command == "backtest" {
          let fills = try #require(report["fills"] as? [Any])
          #expect(fills.count > 4, "\(file)")
        }
      }
    }
  }
}
