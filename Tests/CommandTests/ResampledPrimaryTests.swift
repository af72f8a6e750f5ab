import Foundation
import Testing

/// A portfolio that steps on days which are made from ingested hours.
struct ResampledPrimaryTests {
  @Test func `a day without its last hours ends when another symbol's bars show that it has`()
    throws
  {
    let place = try Workplace()
    try place.write(hourlyBars(72), to: "A-1h.csv")
    // 20 of the third day's 24 hours, and none after them.
    try place.write(hourlyBars(68), to: "B-1h.csv")
    try place.good("ingest", "A-1h.csv", "B-1h.csv")
    try place.write("symbols: [A, B]\ntimeframes: {1d: 1}\nmarket: crypto\n", to: "p.yaml")
    try place.write("decision_bar_index,A,B\n0,0,1\n", to: "w.csv")
    try place.good(
      "backtest", "p.yaml", "--weights", "w.csv", "--equity", "e.csv", "--set", "capital.cash=1000",
      "--set", "costs.commission=0", "--set", "costs.slippage=0")

    // Sized by the first day's close and filled at the second's open, both 103; marked at the closes
    // of the second day (106) and of the third day's last hour (103).
    let equity = try place.read("e.csv").split(separator: "\n").dropFirst().map { line in
      try #require(Double(line.split(separator: ",")[1]))
    }
    try #require(equity.count == 3)
    for (found, close) in zip(equity.dropFirst(), [106.0, 103]) {
      #expect(abs(found - 1000 * close / 103) < 1e-9)
    }
  }
}
