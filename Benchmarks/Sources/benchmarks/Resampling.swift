import Market

/// Coarser bars out of finer ones.
@MainActor
func measureResampling(_ session: Session) async throws {
  session.begin("resample")
  for (source, target, bars) in [(Timeframe.m1, Timeframe.h1, 525_600), (.h1, .d1, 87_600)] {
    let series = GeneratedInputs.series("BENCH", source, bars: bars)
    try session.share("highs_\(source)", series.highs)
    try session.share("lows_\(source)", series.lows)
    try session.share("opens_\(source)", series.opens)
    try session.share("closes_\(source)", series.closes)
    try session.share("volumes_\(source)", series.volumes)
    try await session.measure("resample \(source) to \(target)", bars, "bar") {
      series.resampled(to: target)
    } value: {
      checksum($0.highs) + checksum($0.volumes)
    }
  }
}
