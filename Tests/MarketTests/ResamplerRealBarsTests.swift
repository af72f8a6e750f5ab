import Market
import Testing

/// Four years of hourly BTCUSDT against the bars of 4 hours and of a day that the exchange itself
/// made. Needs real data beside the repository (`RealBars.folder`); skipped where it is absent.
@Suite(.enabled(if: RealBars.arePresent, "real bars are not beside the repository: ../shared/data"))
struct ResamplerRealBarsTests {
  /// The source's files contradict each other at these bars, whatever resamples them (checked in
  /// exact decimals, in all nine symbols of the folder): a revised volume on 2022-07-16, and bars
  /// of 4 hours and of a day that were fetched before they were over on 2023-08-16 and 2023-11-10.
  private static let contradictions: [String: [String]] = [
    "4h": ["2022-07-16T04:00Z volume", "2023-11-10T12:00Z close", "2023-11-10T12:00Z volume"],
    "1d": ["2022-07-16T00:00Z volume", "2023-08-16T00:00Z volume"],
  ]

  @Test(arguments: [("4h", "BTCUSDT_4h.csv.gz"), ("1d", "BTCUSDT_1d.csv")])
  func `reproduces the exchange's own bars`(name: String, file: String) throws {
    let target = try #require(Timeframe(name))
    let hourly = try RealBars.series("crypto_1h4h1d/BTCUSDT_1h.csv.gz", .h1)
    let native = try RealBars.series("crypto_1h4h1d/" + file, target)
    let resampled = hourly.resampled(to: target)
    #expect(hourly.count == 37_660)
    #expect(resampled.count == hourly.count / Int(target.milliseconds / 3_600_000))
    // The hours end in the midst of a bar of the exchange, which is not resampled.
    #expect(native.count > resampled.count)
    #expect(resampled.times == Array(native.times.prefix(resampled.count)))
    #expect(resampled.coverage.allSatisfy { $0 == 1 })

    var differences: [String] = []
    for (own, exchange) in zip(resampled, native) {
      if own.open != exchange.open { differences.append("\(own.time) open") }
      if own.high != exchange.high { differences.append("\(own.time) high") }
      if own.low != exchange.low { differences.append("\(own.time) low") }
      if own.close != exchange.close { differences.append("\(own.time) close") }
      // Volumes have three decimals; a sum of up to 24 of them rounds in its last places.
      if abs(own.volume - exchange.volume) > 1e-6 { differences.append("\(own.time) volume") }
    }
    #expect(differences == Self.contradictions[name])
  }

  @Test func `the hours have no gap and follow the grid`() throws {
    let hourly = try RealBars.series("crypto_1h4h1d/BTCUSDT_1h.csv.gz", .h1)
    #expect(hourly.indices.allSatisfy { hourly.missingSlots(before: $0) == 0 })
    #expect(hourly.times.first == Timestamp(iso: "2020-01-01"))
    #expect(hourly.times.last == Timestamp(iso: "2024-04-18T03:00"))
  }
}
